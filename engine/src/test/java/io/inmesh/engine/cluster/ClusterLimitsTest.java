package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.cluster.CircuitBreakers.RetryBudget;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import io.inmesh.engine.cluster.Cluster.DnsPolicy;
import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.cluster.LbSubsets.Fallback;
import io.inmesh.engine.cluster.LbSubsets.Selector;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.route.HeaderMutations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a part of a cluster may be. */
class ClusterLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long MAX = 0xffffffffL;

  private static void refused(String reason, Runnable made) {
    assertThatIllegalArgumentException().isThrownBy(made::run).withMessageContaining(reason);
  }

  // ---- clusters ----

  @Test
  void aClusterHasANameAndAConnectTimeout() {
    refused("Cluster.name", () -> Cluster.builder("", Cluster.Type.EDS).build());
    for (long nanos : new long[] {0, -1}) {
      refused(
          "Cluster.connect_timeout",
          () ->
              Cluster.builder("c", Cluster.Type.EDS)
                  .connectTimeout(Duration.ofNanos(nanos))
                  .build());
    }
  }

  @Test
  void aPanicThresholdIsAPercentage() {
    for (double percent : new double[] {0, 100}) {
      assertThat(
              Cluster.builder("c", Cluster.Type.EDS)
                  .panicThreshold(percent)
                  .build()
                  .panicThreshold())
          .isEqualTo(percent);
    }
    for (double percent : new double[] {-0.1, 100.1, Double.NaN}) {
      refused(
          "healthy_panic_threshold",
          () -> Cluster.builder("c", Cluster.Type.EDS).panicThreshold(percent).build());
    }
  }

  @ParameterizedTest(name = "{0} endpoints: {1}")
  @CsvSource({"0, false", "1, true", "2, false"})
  void aLogicalDnsClusterHasOneEndpoint(int endpoints, boolean accepted) {
    ClusterLoadAssignment assignment =
        new ClusterLoadAssignment(
            "c",
            List.of(
                new LocalityEndpoints(
                    Locality.UNKNOWN,
                    1,
                    0,
                    List.of(new Endpoint("a", 80), new Endpoint("b", 80)).subList(0, endpoints))));
    Cluster.Builder cluster =
        Cluster.builder("c", Cluster.Type.LOGICAL_DNS).loadAssignment(assignment);
    if (accepted) {
      assertThat(cluster.build().loadAssignment()).isEqualTo(assignment);
    } else {
      refused("LOGICAL_DNS clusters must have a single", cluster::build);
    }
    assertThat(
            Cluster.builder("c", Cluster.Type.STRICT_DNS).loadAssignment(assignment).build().type())
        .isEqualTo(Cluster.Type.STRICT_DNS);
  }

  @Test
  void aLogicalDnsClusterNamesItsEndpointItself() {
    refused("LOGICAL_DNS", () -> Cluster.builder("c", Cluster.Type.LOGICAL_DNS).build());
  }

  private static DnsPolicy dns(long rate, long base, long max, long jitter) {
    return new DnsPolicy(
        Duration.ofMillis(rate),
        Duration.ofMillis(base),
        Duration.ofMillis(max),
        Duration.ofMillis(jitter),
        DnsPolicy.LookupFamily.AUTO);
  }

  @Test
  void timesOfDns() {
    assertThat(dns(1, 1, 1, 0).failureMax()).isEqualTo(Duration.ofMillis(1));
    refused("dns_refresh_rate", () -> dns(0, 1, 1, 0));
    refused("dns_refresh_rate", () -> dns(-1, 1, 1, 0));
    refused("dns_refresh_rate", () -> dns(1, 0, 1, 0));
    refused("dns_refresh_rate", () -> dns(1, 1, 1, -1));
    refused("dns_failure_refresh_rate", () -> dns(1, 2, 1, 0));
  }

  @Test
  void aPortOfAnOriginalDestinationIsOne() {
    assertThat(new OriginalDst("", 65535).port()).isEqualTo(65535);
    refused("upstream_port_override", () -> new OriginalDst("", 65536));
  }

  // ---- endpoints ----

  private static Endpoint endpoint(String address, int port, long weight) {
    return new Endpoint(address, port, "", HealthStatus.UNKNOWN, weight, Map.of(), "");
  }

  @Test
  void endpoints() {
    assertThat(endpoint("a", 0, 1).port()).isZero();
    assertThat(endpoint("a", 65535, MAX).weight()).isEqualTo(MAX);
    refused("SocketAddress.address", () -> endpoint("", 1, 1));
    refused("SocketAddress.port_value", () -> endpoint("a", -1, 1));
    refused("SocketAddress.port_value", () -> endpoint("a", 65536, 1));
    refused("LbEndpoint.load_balancing_weight", () -> endpoint("a", 1, 0));
    refused("LbEndpoint.load_balancing_weight", () -> endpoint("a", 1, MAX + 1));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"10.0.0.1, 10.0.0.1:80", "'2001:db8::1', '[2001:db8::1]:80'", "unix:/s, unix:/s:80"})
  void anAddressOfIpv6StandsInBrackets(String address, String text) {
    assertThat(endpoint(address, 80, 1).socketAddress()).isEqualTo(text);
  }

  @Test
  void localities() {
    List<Endpoint> none = List.of();
    assertThat(new LocalityEndpoints(Locality.UNKNOWN, MAX, 128, none).priority()).isEqualTo(128);
    assertThat(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, none).weight()).isZero();
    refused("priority", () -> new LocalityEndpoints(Locality.UNKNOWN, 1, 129, none));
    refused("priority", () -> new LocalityEndpoints(Locality.UNKNOWN, 1, -1, none));
    refused("weight", () -> new LocalityEndpoints(Locality.UNKNOWN, -1, 0, none));
    refused("weight", () -> new LocalityEndpoints(Locality.UNKNOWN, MAX + 1, 0, none));
  }

  @ParameterizedTest(name = "{0}: {1}, {2}, {3}")
  @CsvSource({
    "eu/west/1, eu, west, 1",
    "eu/west, eu, west, ''",
    "eu, eu, '', ''",
    "'', '', '', ''",
    "eu/west/1/a, eu, west, 1/a",
  })
  void aLocalityIsWrittenWithSlashes(String text, String region, String zone, String subZone) {
    assertThat(Locality.parse(text)).isEqualTo(new Locality(region, zone, subZone));
    assertThat(new Locality(region, zone, subZone)).hasToString(text);
  }

  @Test
  void anAssignment() {
    ClusterLoadAssignment.DropOverload drop =
        new ClusterLoadAssignment.DropOverload("a", new FractionalPercent(100, 100));
    assertThat(drop.dropsAll()).isTrue();
    assertThat(
            new ClusterLoadAssignment.DropOverload("a", new FractionalPercent(99, 100)).dropsAll())
        .isFalse();
    refused(
        "drop_ratio=1.01(Numerator 101 / Denominator 100)",
        () -> new ClusterLoadAssignment.DropOverload("a", new FractionalPercent(101, 100)));
    assertThat(new ClusterLoadAssignment("c", List.of(), 1, List.of(drop)).dropOverloads())
        .containsExactly(drop);
    refused(
        "has 2 categories",
        () -> new ClusterLoadAssignment("c", List.of(), 140, List.of(drop, drop)));
    refused(
        "overprovisioning_factor", () -> new ClusterLoadAssignment("c", List.of(), 0, List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void noPortOfAHealthCheck(int port) {
    refused("HealthCheckConfig.port_value", () -> new HealthCheckTarget("", port, "", false));
    assertThat(new HealthCheckTarget("", 65535, "", false).port()).isEqualTo(65535);
  }

  // ---- circuit breakers ----

  @Test
  void limitsAreNotNegative() {
    assertThat(new Thresholds(0, 0, 0, 0, null).maxRetries()).isZero();
    refused("negative limit", () -> new Thresholds(-1, 0, 0, 0, null));
    refused("negative limit", () -> new Thresholds(0, -1, 0, 0, null));
    refused("negative limit", () -> new Thresholds(0, 0, -1, 0, null));
    refused("negative limit", () -> new Thresholds(0, 0, 0, -1, null));
    assertThat(new RetryBudget(0, 0).minRetryConcurrency()).isZero();
    assertThat(new RetryBudget(100, 0).budgetPercent()).isEqualTo(100);
    refused("budget_percent", () -> new RetryBudget(-0.1, 0));
    refused("budget_percent", () -> new RetryBudget(100.1, 0));
    refused("min_retry_concurrency", () -> new RetryBudget(20, -1));
  }

  // ---- policies ----

  @Test
  void rings() {
    assertThat(new LbPolicy.RingHash(8, 8, false, false, 100).balanceFactor()).isEqualTo(100);
    assertThat(new LbPolicy.RingHash(1, LbPolicy.MAX_RING_SIZE, false, false, 0).maximumRingSize())
        .isEqualTo(LbPolicy.MAX_RING_SIZE);
    refused("ring hash", () -> new LbPolicy.RingHash(9, 8, false, false, 0));
    refused(
        "ring hash", () -> new LbPolicy.RingHash(1, LbPolicy.MAX_RING_SIZE + 1, false, false, 0));
    refused("hash_balance_factor", () -> new LbPolicy.RingHash(1, 2, false, false, 99));
    refused("hash_balance_factor", () -> new LbPolicy.RingHash(1, 2, false, false, -1));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0, false",
    "1, false",
    "2, true",
    "3, true",
    "4, false",
    "9, false",
    "25, false",
    "65537, true",
    "5000011, true",
    "5000077, false"
  })
  void aMaglevTableHasAPrimeNumberOfSlots(long size, boolean accepted) {
    if (accepted) {
      assertThat(new LbPolicy.Maglev(size, false, 0).tableSize()).isEqualTo(size);
    } else {
      refused("must be prime number", () -> new LbPolicy.Maglev(size, false, 0));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"-1, 1", "NaN, 1", "0, 0", "2, 2"})
  void aBiasThatIsNoneIsOne(double configured, double bias) {
    assertThat(new LbPolicy.LeastRequest(2, configured, false, null).activeRequestBias())
        .isEqualTo(bias);
  }

  @Test
  void onlyTwoPoliciesHash() {
    assertThat(new LbPolicy.RingHash(1, 2, false, false, 0).hashes()).isTrue();
    assertThat(new LbPolicy.Maglev(7, false, 0).hashes()).isTrue();
    assertThat(new LbPolicy.RandomChoice().hashes()).isFalse();
    assertThat(new LbPolicy.RandomChoice().balanceFactor()).isZero();
  }

  // ---- subsets ----

  private static Selector selector(Fallback fallback, Set<String> fallbackKeys) {
    return new Selector(List.of("b", "a", "a"), fallback, fallbackKeys, false);
  }

  @Test
  void theKeysOfASelectorStandInOrder() {
    assertThat(selector(Fallback.NOT_DEFINED, Set.of()).keys()).containsExactly("a", "b");
    assertThat(selector(Fallback.KEYS_SUBSET, Set.of("a")).fallbackKeys()).containsExactly("a");
  }

  @Test
  void theKeysOfAFallbackAreSomeOfTheSelectors() {
    refused("can be set only for", () -> selector(Fallback.NO_FALLBACK, Set.of("a")));
    refused("cannot be empty", () -> selector(Fallback.KEYS_SUBSET, Set.of()));
    refused("must be a subset", () -> selector(Fallback.KEYS_SUBSET, Set.of("c")));
    refused("cannot be equal", () -> selector(Fallback.KEYS_SUBSET, Set.of("a", "b")));
  }

  // ---- health checks ----

  private static HealthCheck check(int changed, long millis) {
    Duration[] times = new Duration[9];
    java.util.Arrays.fill(times, SECOND);
    times[changed] = Duration.ofMillis(millis);
    return new HealthCheck(
        times[0],
        times[1],
        times[7],
        times[8],
        0,
        0,
        0,
        true,
        times[2],
        times[3],
        times[4],
        times[5],
        times[6],
        HealthProbe.Http.get("/"));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "0, timeout",
    "1, interval",
    "2, no_traffic_interval",
    "3, no_traffic_healthy_interval",
    "4, unhealthy_interval",
    "5, unhealthy_edge_interval",
    "6, healthy_edge_interval",
  })
  void timesOfAHealthCheckAreGreaterThanNothing(int number, String field) {
    refused("HealthCheck." + field + ": value must be greater than 0s", () -> check(number, 0));
    refused("HealthCheck." + field + ": value must be greater than 0s", () -> check(number, -1));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({"7, initial_jitter", "8, interval_jitter"})
  void jitterIsNotNegative(int number, String field) {
    refused("HealthCheck." + field + ": value must not be negative", () -> check(number, -1));
    assertThat(check(number, 0).timeout()).isEqualTo(SECOND);
  }

  @Test
  void thresholdsOfAHealthCheckAreNotNegative() {
    HealthProbe probe = HealthProbe.Http.get("/");
    refused("negative", () -> HealthCheck.of(SECOND, SECOND, -1, 1, probe));
    refused("negative", () -> HealthCheck.of(SECOND, SECOND, 1, -1, probe));
  }

  private static HealthProbe.Http probe(String method, Payload send, HealthProbe.Statuses range) {
    return new HealthProbe.Http(
        method,
        "",
        "/",
        HeaderMutations.NONE,
        List.of(),
        List.of(range),
        send,
        List.of(),
        0,
        false,
        null);
  }

  @Test
  void statusesOfAHealthCheckAreARange() {
    HealthProbe.Statuses all = new HealthProbe.Statuses(100, 600);
    assertThat(probe("GET", Payload.NONE, all).retriable()).containsExactly(all);
    assertThat(probe("GET", Payload.NONE, all).expected()).containsExactly(HealthProbe.Statuses.OK);
    refused(
        "retriable status range: expecting start < end, but found start=200 and end=200",
        () -> probe("GET", Payload.NONE, new HealthProbe.Statuses(200, 200)));
    refused(
        "start >= 100, but found start=99",
        () -> probe("GET", Payload.NONE, new HealthProbe.Statuses(99, 200)));
    refused(
        "end <= 600, but found end=601",
        () -> probe("GET", Payload.NONE, new HealthProbe.Statuses(200, 601)));
  }

  @Test
  void aRequestOfAHealthCheck() {
    Payload body = Payload.of("x".getBytes(StandardCharsets.US_ASCII));
    refused(
        "must not be in list [CONNECT]",
        () -> probe("CONNECT", Payload.NONE, HealthProbe.Statuses.OK));
    refused(
        "cannot specify a request payload with method 'GET'",
        () -> probe("GET", body, HealthProbe.Statuses.OK));
    assertThat(probe("POST", body, HealthProbe.Statuses.OK).send()).isEqualTo(body);
  }

  @Test
  void aPayload() {
    assertThat(Payload.of(new byte[0])).isSameAs(Payload.NONE);
    assertThat(Payload.NONE.isEmpty()).isTrue();
    Payload two = Payload.hex("6f6B");
    assertThat(two.isEmpty()).isFalse();
    assertThat(two.bytes()).containsExactly('o', 'k');
    assertThat(two).hasToString("6f6b").isNotEqualTo(Payload.NONE).hasSameHashCodeAs(two);
    refused("Payload.text", () -> Payload.hex(""));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"abcd, true", "xabxcdx, true", "cdab, false", "abc, false", "ab, false", "cd, false"})
  void payloadsStandInOrder(String text, boolean expected) {
    List<Payload> wanted = List.of(Payload.hex("6162"), Payload.hex("6364"));
    assertThat(Payload.inOrder(wanted, text.getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(expected);
    assertThat(Payload.inOrder(List.of(), new byte[0])).isTrue();
  }

  // ---- what moves a retry ----

  @Test
  void prioritiesAreUpdatedAtLeastWithEachAttempt() {
    assertThat(PreviousPriorities.bit(0)).isEqualTo(1);
    assertThat(PreviousPriorities.bit(128)).isEqualTo(PreviousPriorities.bit(63));
    assertThat(PreviousPriorities.bit(62)).isEqualTo(1L << 62);
    refused("update_frequency", () -> new PreviousPriorities(0));
  }

  @Test
  void theSocketOfAnEndpointHasItsLabels() {
    TransportSocket tls = new TransportSocket.Unsupported("tls");
    TransportSocket other = new TransportSocket.Unsupported("other");
    TransportSocket plain = new TransportSocket.RawBuffer();
    TransportSecurity security =
        new TransportSecurity(
            List.of(
                new TransportSecurity.Match("a", Map.of("tlsMode", "istio"), tls),
                new TransportSecurity.Match("b", Map.of("tlsMode", "x", "y", "z"), other)),
            plain);
    assertThat(security.socketFor(labelled(Map.of("tlsMode", "istio", "more", "1"))))
        .isEqualTo(tls);
    assertThat(security.socketFor(labelled(Map.of("tlsMode", "x", "y", "z")))).isEqualTo(other);
    assertThat(security.socketFor(labelled(Map.of("tlsMode", "x")))).isEqualTo(plain);
    assertThat(security.socketFor(labelled(Map.of()))).isEqualTo(plain);
  }

  private static Endpoint labelled(Map<String, String> labels) {
    return new Endpoint("10.0.0.1", 80, "", HealthStatus.UNKNOWN, 1, labels, "");
  }
}
