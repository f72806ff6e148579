package io.inmesh.control.plane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.StreamObserver;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The state-of-the-world protocol: clusters, listeners and names always whole; endpoints and
 * routes, where absence means nothing, only as they change.
 */
final class WholeStream extends ClientStream<DiscoveryRequest, DiscoveryResponse> {
  private static final String ALL = "*";

  WholeStream(AdsServer server, StreamObserver<DiscoveryResponse> client, Consumer<String> log) {
    super(server, client, log);
  }

  @Override
  void handle(ResourceType type, DiscoveryRequest request) {
    boolean first = !isWatched(type);
    Watch watch = watch(type);
    if (!first && !request.getResponseNonce().equals(watch.nonceSent())) {
      // it answers an older response; the answer to the newest one is still to come
      return;
    }
    if (request.hasErrorDetail()) {
      nacked(type, watch, request.getErrorDetail().getMessage());
      return;
    }
    if (!first) {
      watch.acked(request.getResponseNonce());
    }
    Set<String> names = new HashSet<>(request.getResourceNamesList());
    boolean wildcard =
        type.isWildcard()
            && (names.remove(ALL) || (names.isEmpty() && (first || watch.isWildcard())));
    Set<String> added = new HashSet<>(names);
    added.removeAll(watch.names());
    boolean changed = first || wildcard != watch.isWildcard() || !names.equals(watch.names());
    watch.wildcard(wildcard);
    watch.names().stream().filter(n -> !names.contains(n)).toList().forEach(watch::forget);
    watch.names().clear();
    request.getResourceNamesList().stream().filter(names::contains).forEach(watch.names()::add);
    if (changed && (first || !added.isEmpty() || type.isWildcard())) {
      Watch.Difference difference = watch.difference(config(), added);
      respond(type, watch, difference.changed());
    }
  }

  @Override
  List<Resource> update(ResourceType type, Watch watch, Set<String> asked) {
    Watch.Difference difference = watch.difference(config(), asked);
    boolean worthTelling =
        type.isWildcard() ? !difference.isEmpty() : !difference.changed().isEmpty();
    if (worthTelling) {
      respond(type, watch, difference.changed());
    }
    return difference.changed();
  }

  private void respond(ResourceType type, Watch watch, Collection<Resource> changed) {
    Collection<Resource> resources = changed;
    if (type.isWildcard()) {
      resources =
          watch.isWildcard()
              ? config().all(type).values()
              : config().all(type).values().stream()
                  .filter(r -> watch.names().contains(r.name()))
                  .toList();
    }
    DiscoveryResponse.Builder out =
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.url())
            .setVersionInfo(version())
            .setNonce(nextNonce(watch));
    for (Resource resource : resources) {
      out.addResources(resource.body());
    }
    send(type, out.build());
  }

  @Override
  String typeUrl(DiscoveryRequest request) {
    return request.getTypeUrl();
  }

  @Override
  Node node(DiscoveryRequest request) {
    return request.getNode();
  }

  @Override
  String protocol() {
    return "state-of-the-world";
  }
}
