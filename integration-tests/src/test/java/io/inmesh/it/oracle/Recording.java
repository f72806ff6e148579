package io.inmesh.it.oracle;

import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a real istiod sent to one sidecar, read by the real Envoy classes.
 *
 * @param nodeId {@code sidecar~ip~name.namespace~domain}
 * @param responses the recorded bytes by type URL
 */
record Recording(
    String set,
    String node,
    String nodeId,
    Map<String, byte[]> responses,
    List<Listener> outbound,
    Map<String, RouteConfiguration> routes,
    List<Cluster> clusters,
    Map<String, ClusterLoadAssignment> endpoints) {
  private static final Pattern NODE_ID = Pattern.compile("\"(sidecar~[^\"]+)\"");

  Recording {
    responses = Map.copyOf(responses);
    outbound = List.copyOf(outbound);
    routes = Collections.unmodifiableMap(routes);
    clusters = List.copyOf(clusters);
    endpoints = Collections.unmodifiableMap(endpoints);
  }

  /** The recorded sidecars; empty, and a printed line, where there is no such folder. */
  static List<Recording> sidecars() throws IOException {
    String given = System.getProperty("inmesh.recordings");
    Path folder =
        given == null
            ? TestMesh.repository().resolve("../shared/istiod-recordings")
            : Path.of(given);
    if (!Files.isDirectory(folder)) {
      System.out.println(
          "skipped: no recordings of istiod; -Dinmesh.recordings=DIR says where they are");
      return List.of();
    }
    List<Recording> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder, 2)) {
      for (Path node : all.sorted().toList()) {
        Path json = node.resolve("node.json");
        Matcher id = NODE_ID.matcher(Files.exists(json) ? Files.readString(json) : "");
        if (id.find()) {
          found.add(read(node, id.group(1)));
        }
      }
    }
    return found;
  }

  private static Recording read(Path folder, String nodeId) throws IOException {
    Map<String, byte[]> responses = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".delta.binpb")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        responses.put(DeltaDiscoveryResponse.parseFrom(bytes).getTypeUrl(), bytes);
      }
    }
    List<Listener> outbound =
        resources(responses, "envoy.config.listener.v3.Listener", Listener.parser()).stream()
            .filter(listener -> listener.getTrafficDirection() == TrafficDirection.OUTBOUND)
            .toList();
    Map<String, RouteConfiguration> routes = new LinkedHashMap<>();
    for (RouteConfiguration table :
        resources(
            responses, "envoy.config.route.v3.RouteConfiguration", RouteConfiguration.parser())) {
      routes.put(table.getName(), table);
    }
    Map<String, ClusterLoadAssignment> endpoints = new LinkedHashMap<>();
    for (ClusterLoadAssignment assignment :
        resources(
            responses,
            "envoy.config.endpoint.v3.ClusterLoadAssignment",
            ClusterLoadAssignment.parser())) {
      endpoints.put(assignment.getClusterName(), assignment);
    }
    return new Recording(
        folder.getName(folder.getNameCount() - 2).toString(),
        folder.getFileName().toString(),
        nodeId,
        responses,
        outbound,
        routes,
        resources(responses, "envoy.config.cluster.v3.Cluster", Cluster.parser()),
        endpoints);
  }

  private static <T extends Message> List<T> resources(
      Map<String, byte[]> responses, String type, Parser<T> parser)
      throws InvalidProtocolBufferException {
    byte[] bytes = responses.get("type.googleapis.com/" + type);
    if (bytes == null) {
      throw new IllegalArgumentException("the recording has no response of " + type);
    }
    List<T> found = new ArrayList<>();
    for (Resource resource : DeltaDiscoveryResponse.parseFrom(bytes).getResourcesList()) {
      found.add(
          parser.parseFrom(
              resource.getResource().getValue(), ExtensionRegistryLite.getEmptyRegistry()));
    }
    return found;
  }

  @Override
  public String toString() {
    return set + "/" + node;
  }
}
