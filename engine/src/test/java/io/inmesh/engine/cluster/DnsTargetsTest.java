package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsTargetsTest {
  private static DnsTargets targets(Cluster.Type type, Endpoint... endpoints) {
    return DnsTargets.of(
        Cluster.builder("c", type)
            .loadAssignment(
                new ClusterLoadAssignment(
                    "c",
                    List.of(
                        new LocalityEndpoints(
                            new Locality("eu", "", ""), 3, 1, List.of(endpoints)))))
            .build());
  }

  private static List<String> resolved(DnsTargets targets, Map<String, List<String>> answers) {
    return targets.resolved(answers).localities().get(0).endpoints().stream()
        .map(endpoint -> endpoint.hostname() + "=" + endpoint.socketAddress())
        .toList();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "STRICT_DNS, a",
    "LOGICAL_DNS, a",
    "STATIC, ''",
    "EDS, ''",
  })
  void onlyClustersOfDnsHaveNames(Cluster.Type type, String name) {
    assertThat(targets(type, new Endpoint("a", 80)).names())
        .isEqualTo(name.isEmpty() ? java.util.Set.of() : java.util.Set.of(name));
  }

  @Test
  void addressesAndSocketsAreNoNames() {
    assertThat(
            targets(
                    Cluster.Type.STRICT_DNS,
                    new Endpoint("10.0.0.1", 80),
                    new Endpoint("2001:db8::1", 80),
                    new Endpoint("unix:/s", 0),
                    new Endpoint("b", 80),
                    new Endpoint("a", 80))
                .names())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(DnsTargets.of(Cluster.builder("c", Cluster.Type.STRICT_DNS).build()).names())
        .isEmpty();
  }

  @Test
  void eachAddressIsAHostAndTheFirstAloneUnderLogicalDns() {
    Map<String, List<String>> answers = Map.of("a", List.of("10.0.0.1", "10.0.0.2"));

    assertThat(resolved(targets(Cluster.Type.STRICT_DNS, new Endpoint("a", 80)), answers))
        .containsExactly("a=10.0.0.1:80", "a=10.0.0.2:80");
    assertThat(resolved(targets(Cluster.Type.LOGICAL_DNS, new Endpoint("a", 80)), answers))
        .containsExactly("a=10.0.0.1:80");
    assertThat(
            resolved(
                targets(Cluster.Type.LOGICAL_DNS, new Endpoint("a", 80)), Map.of("a", List.of())))
        .isEmpty();
  }

  @Test
  void aNameWithoutAnAnswerHasNoHostsAndTheOthersStay() {
    Endpoint named =
        new Endpoint("a", 80, "given", HealthStatus.HEALTHY, 5, Map.of("k", "v"), "workload");
    DnsTargets targets =
        targets(
            Cluster.Type.STRICT_DNS, new Endpoint("gone", 80), named, new Endpoint("10.0.0.9", 80));

    assertThat(resolved(targets, Map.of("a", List.of("10.0.0.1"))))
        .containsExactly("given=10.0.0.1:80", "=10.0.0.9:80");
    LocalityEndpoints locality =
        targets.resolved(Map.of("a", List.of("10.0.0.1"))).localities().get(0);
    assertThat(locality.locality().region()).isEqualTo("eu");
    assertThat(locality.weight()).isEqualTo(3);
    assertThat(locality.priority()).isEqualTo(1);
    assertThat(locality.endpoints().get(0).weight()).isEqualTo(5);
    assertThat(locality.endpoints().get(0).transportLabels()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void withoutEndpointsThereIsNothingToResolve() {
    DnsTargets targets = DnsTargets.of(Cluster.builder("c", Cluster.Type.STRICT_DNS).build());
    assertThatIllegalStateException().isThrownBy(() -> targets.resolved(Map.of()));
  }
}
