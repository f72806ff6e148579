package io.inmesh.control.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.SidecarIdentity;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the control plane is told about this workload. */
class NodeIdentityTest {
  private static NodeIdentity node(Map<String, Object> extra) {
    return new NodeIdentity(
        "shop",
        "test",
        "10.0.0.1",
        "cluster.local",
        "",
        Map.of(),
        Map.of(),
        "own",
        "",
        "",
        "1.29.6",
        "",
        extra);
  }

  @Test
  void theEnvironmentOfThePodAddsToWhatIsSetAndDoesNotChangeIt() {
    Map<String, Object> metadata =
        node(Map.of(
                "CLUSTER_ID", "of the pod",
                "ISTIO_VERSION", "1.0",
                "DNS_CAPTURE", "false",
                "MESH_ID", "mesh1",
                "OWNER", "kubernetes://apis/apps/v1/namespaces/test/deployments/shop"))
            .metadata();

    assertThat(metadata)
        .containsEntry("CLUSTER_ID", "own")
        .containsEntry("ISTIO_VERSION", "1.29.6")
        .containsEntry("DNS_CAPTURE", "true")
        .containsEntry("MESH_ID", "mesh1")
        .containsKey("OWNER");
  }

  @Test
  void aWorkloadMayHaveAnotherNameThanItsPod() {
    assertThat(node(Map.of()).metadata()).containsEntry("WORKLOAD_NAME", "shop");
    assertThat(node(Map.of("WORKLOAD_NAME", "deployment")).metadata())
        .containsEntry("WORKLOAD_NAME", "deployment");
  }

  @Test
  void peersHearFirstThatWhatTheySayIsKept() {
    SidecarIdentity told = node(Map.of()).sidecar();

    assertThat(PeerMetadata.isKept(told.peerMetadata())).isTrue();
    assertThat(new String(Base64.getDecoder().decode(told.peerMetadata()), UTF_8))
        .contains(PeerMetadata.KEPT, "CLUSTER_ID", "NAMESPACE", "WORKLOAD_NAME");
  }
}
