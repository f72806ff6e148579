package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckedClusterTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Cluster.Builder checked() {
    return Cluster.builder("c", Cluster.Type.EDS)
        .panicThreshold(0)
        .healthCheck(HealthCheck.of(SECOND, SECOND, 2, 2, HealthProbe.Http.get("/")));
  }

  private static ClusterLoadAssignment endpoints(Integer... ports) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int port : ports) {
      endpoints.add(new Endpoint("10.0.0.1", port));
    }
    return new ClusterLoadAssignment(
        "c", List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, endpoints)));
  }

  private static ClusterState state(Cluster.Builder cluster, Integer... ports) {
    ClusterState state = ClusterState.create(cluster.build(), 0);
    state.update(endpoints(ports), 0);
    return state;
  }

  private static List<Integer> ports(ClusterState state) {
    return state.hosts().stream().map(host -> host.endpoint().port()).toList();
  }

  private static void all(ClusterState state, HealthCheckResult result) {
    state.hosts().forEach(host -> state.healthChecked(host, result, 0));
  }

  @Test
  void endpointsAreKnownWhenTheFirstOnesHaveBeenChecked() {
    ClusterState state = state(checked(), 1, 2);
    assertThat(state.endpointsKnown()).isFalse();
    state.healthChecked(state.hosts().get(0), HealthCheckResult.SUCCESS, 0);
    assertThat(state.endpointsKnown()).isFalse();
    state.healthChecked(state.hosts().get(1), HealthCheckResult.FAILURE, 0);
    assertThat(state.endpointsKnown()).isTrue();
    state.update(endpoints(1, 2, 3), 1);
    assertThat(state.endpointsKnown()).as("later ones are not waited for").isTrue();
  }

  @Test
  void aClusterThatIsReplacedLeavesWhatIsKnownOfItsHosts() {
    ClusterState old = state(checked(), 1, 2);
    old.healthChecked(old.hosts().get(0), HealthCheckResult.SUCCESS, 0);
    old.healthChecked(old.hosts().get(1), HealthCheckResult.FAILURE, 0);
    ClusterState next = state(checked(), 1, 2);
    next.adoptHealth(old);
    assertThat(next.endpointsKnown()).isTrue();
    assertThat(next.pick(0)).isSameAs(next.hosts().get(0));
    assertThat(next.hosts().get(1).failedActiveHealthCheck()).isTrue();
    ClusterState more = state(checked(), 1, 3);
    more.adoptHealth(old);
    assertThat(more.endpointsKnown()).as("a host that nobody has checked").isFalse();
  }

  @Test
  void slowStartBeginsWhenAHostBecomesHealthy() {
    ClusterState state = state(checked(), 1);
    Host host = state.hosts().get(0);
    state.healthChecked(host, HealthCheckResult.SUCCESS, 7);
    assertThat(host.birthNanos()).isEqualTo(7);
    state.healthChecked(host, HealthCheckResult.SUCCESS, 8);
    assertThat(host.birthNanos()).isEqualTo(7);
  }

  @Test
  void hostsGetRequestsOnlyAfterASuccess() {
    ClusterState state = state(checked(), 1, 2);
    assertThat(state.pick(0)).isNull();
    Host second = state.hosts().get(1);
    state.healthChecked(second, HealthCheckResult.SUCCESS, 0);
    assertThat(state.pick(0)).isSameAs(second);
    state.healthChecked(second, HealthCheckResult.FAILURE, 0);
    assertThat(state.pick(0)).isNull();
  }

  @Test
  void onlyAPickIsTraffic() {
    ClusterState state = state(checked(), 1);
    all(state, HealthCheckResult.SUCCESS);
    assertThat(state.hasTraffic()).isFalse();
    assertThat(state.pick(0)).isNotNull();
    assertThat(state.hasTraffic()).isTrue();
  }

  @Test
  void newHostsMayNotCountAtAll() {
    ClusterState state = state(checked().panicThreshold(60), 1);
    all(state, HealthCheckResult.SUCCESS);
    state.update(endpoints(1, 2, 3), 1);
    assertThat(picked(state)).as("panic: one of three is healthy").containsExactly(1, 2, 3);
    ClusterState patient =
        state(checked().panicThreshold(60).ignoreNewHostsUntilFirstCheck(true), 1);
    all(patient, HealthCheckResult.SUCCESS);
    patient.update(endpoints(1, 2, 3), 1);
    assertThat(picked(patient)).containsExactly(1);
  }

  private static List<Integer> picked(ClusterState state) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Host host = state.pick(i);
      ports.add(host == null ? 0 : host.endpoint().port());
    }
    return ports.stream().distinct().sorted().toList();
  }

  @Test
  void aHostThatIsRemovedStaysAsLongAsItIsHealthy() {
    ClusterState state = state(checked(), 1, 2);
    all(state, HealthCheckResult.SUCCESS);
    state.update(endpoints(2), 1);
    assertThat(ports(state)).containsExactly(2, 1);
    state.healthChecked(state.hosts().get(1), HealthCheckResult.TIMEOUT, 2);
    assertThat(ports(state)).containsExactly(2, 1);
    state.healthChecked(state.hosts().get(1), HealthCheckResult.TIMEOUT, 3);
    assertThat(ports(state)).containsExactly(2);
  }

  @Test
  void itStaysWhenItComesBack() {
    ClusterState state = state(checked(), 1, 2);
    all(state, HealthCheckResult.SUCCESS);
    Host first = state.hosts().get(0);
    state.update(endpoints(2), 1);
    state.update(endpoints(1, 2), 2);
    assertThat(state.hosts()).contains(first);
    state.healthChecked(first, HealthCheckResult.FAILURE, 3);
    assertThat(ports(state)).containsExactly(1, 2);
  }

  @Test
  void aHostThatIsRemovedGoesAtOnceWhereHealthIsIgnored() {
    ClusterState state = state(checked().ignoreHealthOnHostRemoval(true), 1, 2);
    all(state, HealthCheckResult.SUCCESS);
    state.update(endpoints(2), 1);
    assertThat(ports(state)).containsExactly(2);
  }

  @Test
  void aHostThatHasFailedGoesAtOnce() {
    ClusterState state = state(checked(), 1, 2);
    all(state, HealthCheckResult.FAILURE);
    state.update(endpoints(2), 1);
    assertThat(ports(state)).containsExactly(2);
  }

  @Test
  void anEndpointThatIsNotCheckedIsHealthy() {
    Endpoint unchecked =
        new Endpoint(
            "10.0.0.1",
            1,
            "",
            HealthStatus.UNKNOWN,
            1,
            java.util.Map.of(),
            "",
            new HealthCheckTarget("", 0, "", true),
            java.util.Map.of());
    ClusterState state = ClusterState.create(checked().build(), 0);
    state.update(
        new ClusterLoadAssignment(
            "c", List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, List.of(unchecked)))),
        0);
    assertThat(state.endpointsKnown()).isTrue();
    assertThat(state.pick(0)).isNotNull();
  }

  private static ClusterLoadAssignment disabled(boolean disabled) {
    HealthCheckTarget target = new HealthCheckTarget("", 0, "", disabled);
    Endpoint endpoint =
        new Endpoint("10.0.0.1", 1, "", HealthStatus.UNKNOWN, 1, Map.of(), "", target, Map.of());
    return new ClusterLoadAssignment(
        "c", List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, List.of(endpoint))));
  }

  @Test
  void anUpdateMayTurnTheChecksOfAHostOffAndOn() {
    ClusterState state = state(checked(), 1);
    state.healthChecked(state.hosts().get(0), HealthCheckResult.FAILURE, 0);
    state.update(disabled(true), 0);
    assertThat(state.hosts().get(0).isHealthChecked()).isFalse();
    assertThat(state.pick(1)).isNotNull();
    state.update(disabled(false), 0);
    assertThat(state.hosts().get(0).isHealthChecked()).isTrue();
    assertThat(state.pick(1)).as("it is to be checked first").isNull();
    state.healthChecked(state.hosts().get(0), HealthCheckResult.SUCCESS, 0);
    state.update(disabled(false), 0);
    assertThat(state.pick(1)).as("nothing has changed").isNotNull();
  }

  @Test
  void whatACheckHasComeToIsTold() {
    ClusterState state = state(checked(), 1);
    Host host = state.hosts().get(0);
    HealthCheckState told = state.healthChecked(host, HealthCheckResult.SUCCESS, 0);
    assertThat(told.failed()).isFalse();
    assertThat(host.healthCheck()).isSameAs(told);

    ClusterState unchecked = state(Cluster.builder("c", Cluster.Type.EDS), 1);
    Host free = unchecked.hosts().get(0);
    assertThat(unchecked.healthChecked(free, HealthCheckResult.FAILURE, 0))
        .isSameAs(HealthCheckState.UNWATCHED);
    assertThat(free.health()).isEqualTo(Host.Health.HEALTHY);
    assertThat(free.isHealthChecked()).isFalse();
    assertThat(unchecked.hasTraffic()).isFalse();
  }

  @Test
  void aDegradedHostIsUsedAfterTheHealthyOnes() {
    ClusterState state = state(checked(), 1, 2);
    state.healthChecked(state.hosts().get(0), HealthCheckResult.DEGRADED, 0);
    assertThat(state.hosts().get(0).health()).isEqualTo(Host.Health.DEGRADED);
    assertThat(state.pick(1)).isSameAs(state.hosts().get(0));
    state.healthChecked(state.hosts().get(1), HealthCheckResult.SUCCESS, 0);
    for (int random = 0; random < 69; random++) {
      assertThat(state.pick(random)).isSameAs(state.hosts().get(1));
    }
  }

  @Test
  void nothingIsKnownOfTheHostsOfAClusterWithoutChecks() {
    ClusterState next = state(checked(), 1);
    next.adoptHealth(state(Cluster.builder("c", Cluster.Type.EDS), 1));
    assertThat(next.endpointsKnown()).isFalse();
    ClusterState plain = state(Cluster.builder("c", Cluster.Type.EDS), 1);
    plain.adoptHealth(next);
    assertThat(plain.pick(1)).isNotNull();
  }
}
