package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.NodeConfigs;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.ProxyNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which nodes share what is generated for their calls. */
class NodeConfigsTest {
  private static final Map<String, String> LABELS = Map.of("app", "front");
  private static final ProxyNode FRONT = Generated.node("10.9.0.1", "front-1", LABELS);
  private static final String CLUSTER = "outbound|8080||" + Shop.CATALOG;

  @TempDir Path folder = Path.of("");
  private NodeConfigs configs;

  @BeforeEach
  void shop() throws IOException {
    Shop.write(folder);
    configs = new NodeConfigs(Generated.registry(folder));
  }

  @Test
  void replicasShareWhatTheirCallsNeed() {
    NodeConfig one = configs.of(FRONT);
    NodeConfig other = configs.of(Generated.node("10.9.0.2", "front-2", LABELS));

    assertThat(one.get(ResourceType.CDS, CLUSTER))
        .isNotNull()
        .isSameAs(other.get(ResourceType.CDS, CLUSTER));
    assertThat(one.get(ResourceType.EDS, CLUSTER))
        .isNotNull()
        .isSameAs(other.get(ResourceType.EDS, CLUSTER));
    assertThat(one.get(ResourceType.RDS, "8080"))
        .isNotNull()
        .isSameAs(other.get(ResourceType.RDS, "8080"));
  }

  @Test
  void whatReceivesCallsIsEachNodesOwn() {
    Resource front = inbound(configs.of(FRONT));
    Resource again = inbound(configs.of(Generated.node("10.9.0.2", "front-2", LABELS)));

    assertThat(front).isNotNull().isNotSameAs(again);
  }

  private static @Nullable Resource inbound(NodeConfig config) {
    return config.get(ResourceType.LDS, "virtualInbound");
  }

  @ParameterizedTest
  @MethodSource("others")
  void whoLooksFromElsewhereSharesNothing(ProxyNode other) {
    assertThat(configs.of(other).get(ResourceType.CDS, CLUSTER))
        .isNotSameAs(configs.of(FRONT).get(ResourceType.CDS, CLUSTER));
  }

  static List<ProxyNode> others() {
    return List.of(
        node("10.9.0.1", "store", LABELS, "shop.svc.cluster.local", "Kubernetes", "", true),
        node("10.9.0.1", "shop", Map.of(), "shop.svc.cluster.local", "Kubernetes", "", true),
        node("10.9.0.1", "shop", LABELS, "shop.svc.other", "Kubernetes", "", true),
        node("10.9.0.1", "shop", LABELS, "shop.svc.cluster.local", "elsewhere", "", true),
        node("10.9.0.1", "shop", LABELS, "shop.svc.cluster.local", "Kubernetes", "north", true),
        node("fd00::1", "shop", LABELS, "shop.svc.cluster.local", "Kubernetes", "", true),
        node("10.9.0.1", "shop", LABELS, "shop.svc.cluster.local", "Kubernetes", "", false));
  }

  private static ProxyNode node(
      String ip,
      String namespace,
      Map<String, String> labels,
      String domain,
      String cluster,
      String region,
      boolean dnsCapture) {
    return new ProxyNode(
        "sidecar~" + ip + "~front-1." + namespace + "~" + domain,
        "sidecar",
        List.of(ip),
        "front-1",
        namespace,
        domain,
        labels,
        cluster,
        "",
        region.isEmpty() ? Locality.EMPTY : Locality.parse(region),
        dnsCapture);
  }
}
