package io.inmesh.engine;

import static io.inmesh.engine.Mesh.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.ClusterState;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePortsTest {
  private static final ServicePorts PORTS =
      new ServicePorts(
          List.of(
              cluster("outbound|80||a"),
              cluster("outbound|80|v1|a"),
              cluster("outbound|443||a"),
              cluster("outbound|443|v1|a"),
              cluster("outbound|443||b"),
              cluster("inbound|443||"),
              cluster("outbound|x||a"),
              cluster("PassthroughCluster")));

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource(
      delimiter = ';',
      nullValues = "-",
      value = {
        "outbound|80||a; 443; outbound|443||a",
        "outbound|80|v1|a; 443; outbound|443|v1|a",
        "outbound|443||a; 443; outbound|443||a",
        "outbound|443||a; 80; outbound|80||a",
        "outbound|80||a; 8443; -",
        "outbound|80||b; 443; -",
        "PassthroughCluster; 443; -",
        "inbound|443||; 443; -",
        "outbound|x||a; 443; -",
      })
  void theClusterOfTheSameHostAndSubsetAtAnotherPort(String name, int port, String expected) {
    ClusterState found = PORTS.at(name, port);

    assertThat(found == null ? null : found.cluster().name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "outbound|80|v1|a, outbound|443|v1|a",
    "outbound|80||a, outbound|443||a",
    "PassthroughCluster, PassthroughCluster",
    "outbound|80, outbound|80",
  })
  void itsNameIsToldWhereThereIsNone(String name, String at443) {
    assertThat(ServicePorts.nameAt(name, 443)).isEqualTo(at443);
  }
}
