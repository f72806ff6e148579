package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.inmesh.control.plane.config.ConfigFolder;
import io.inmesh.control.plane.config.ConfigState;
import io.inmesh.control.plane.config.Problem;
import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.NodeConfigs;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.ProxyNode;
import io.inmesh.control.plane.model.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is generated from a folder, for the tests of the generator. */
final class Generated {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(UriTemplateMatchConfig.getDescriptor())
                  .build());

  private Generated() {}

  /** The registry of a folder without errors; {@code mesh.yaml} in it is the MeshConfig. */
  static Registry registry(Path folder) {
    Path mesh = folder.resolve("mesh.yaml");
    ConfigState state = new ConfigFolder(folder, Files.exists(mesh) ? mesh : null).load();
    assertThat(state.problems()).filteredOn(p -> p.severity() == Problem.Severity.ERROR).isEmpty();
    return Registry.of(state.resources(), state.mesh());
  }

  static NodeConfig config(Path folder, ProxyNode node) {
    return new NodeConfigs(registry(folder)).of(node);
  }

  /** A sidecar in the namespace shop. */
  static ProxyNode node(String ip, String name, Map<String, String> labels) {
    return new ProxyNode(
        "sidecar~" + ip + "~" + name + ".shop~shop.svc.cluster.local",
        "sidecar",
        List.of(ip),
        name,
        "shop",
        "shop.svc.cluster.local",
        labels,
        "Kubernetes",
        "",
        Locality.EMPTY,
        true);
  }

  static <T extends Message> T body(NodeConfig config, ResourceType type, String name, Class<T> as)
      throws InvalidProtocolBufferException {
    Resource found = Objects.requireNonNull(config.get(type, name), name);
    return found.body().unpack(as);
  }

  static Listener inbound(NodeConfig config) throws InvalidProtocolBufferException {
    return body(config, ResourceType.LDS, "virtualInbound", Listener.class);
  }

  /** The configurations of the HTTP filters of one name in a chain. */
  static List<Any> httpFilters(FilterChain chain, String name)
      throws InvalidProtocolBufferException {
    return chain
        .getFilters(chain.getFiltersCount() - 1)
        .getTypedConfig()
        .unpack(HttpConnectionManager.class)
        .getHttpFiltersList()
        .stream()
        .filter(filter -> filter.getName().equals(name))
        .map(filter -> filter.getTypedConfig())
        .toList();
  }

  static String json(MessageOrBuilder message) throws InvalidProtocolBufferException {
    return JSON.print(message);
  }
}
