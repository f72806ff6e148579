package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.Cluster.DnsPolicy;
import io.inmesh.engine.cluster.Cluster.DnsPolicy.LookupFamily;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsRefreshTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, List<InetAddress>> records = new ConcurrentHashMap<>();
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final DnsRefresh dns = new DnsRefresh(this::lookup, now::get, () -> 7);

  @AfterEach
  void close() {
    dns.close();
  }

  private List<InetAddress> lookup(String name) throws UnknownHostException {
    asked.incrementAndGet();
    List<InetAddress> found = records.get(name);
    if (found == null) {
      throw new UnknownHostException(name);
    }
    return found;
  }

  private static ClusterState cluster(Cluster.Type type, DnsPolicy policy, String... names) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String name : names) {
      endpoints.add(new Endpoint(name, 80));
    }
    return ClusterState.create(
        Cluster.builder("c", type)
            .dns(policy)
            .loadAssignment(
                new ClusterLoadAssignment(
                    "c", List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, endpoints))))
            .build(),
        0);
  }

  private static ClusterState strict(String... names) {
    return cluster(Cluster.Type.STRICT_DNS, DnsPolicy.DEFAULT, names);
  }

  private void answer(String name, String... addresses) throws UnknownHostException {
    List<InetAddress> list = new ArrayList<>();
    for (String address : addresses) {
      list.add(InetAddress.getByName(address));
    }
    records.put(name, list);
  }

  private void resolve(ClusterState cluster) {
    dns.resolved(cluster).toCompletableFuture().join();
  }

  private static List<String> hosts(ClusterState cluster) {
    return cluster.hosts().stream().map(host -> host.endpoint().socketAddress()).toList();
  }

  @Test
  void theFirstCallWaitsForTheAnswer() throws Exception {
    answer("db", "10.0.0.1", "10.0.0.2");
    ClusterState cluster = strict("db");

    assertThat(DnsRefresh.resolves(cluster)).isTrue();
    assertThat(cluster.endpointsKnown()).isFalse();
    resolve(cluster);

    assertThat(cluster.endpointsKnown()).isTrue();
    assertThat(hosts(cluster)).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    assertThat(cluster.hosts()).allMatch(host -> host.endpoint().hostname().equals("db"));
  }

  @Test
  void aLogicalClusterIsItsFirstAddress() throws Exception {
    answer("db", "10.0.0.1", "10.0.0.2");
    ClusterState cluster = cluster(Cluster.Type.LOGICAL_DNS, DnsPolicy.DEFAULT, "db");
    resolve(cluster);

    assertThat(hosts(cluster)).containsExactly("10.0.0.1:80");
  }

  @Test
  void addressesNeedNoAnswer() {
    ClusterState cluster = strict("10.0.0.9");

    assertThat(DnsRefresh.resolves(cluster)).isFalse();
    assertThat(hosts(cluster)).containsExactly("10.0.0.9:80");
  }

  @Test
  void aNameThatNobodyHasLeavesNoHosts() {
    ClusterState cluster = strict("nobody");
    resolve(cluster);

    assertThat(cluster.endpointsKnown()).isTrue();
    assertThat(cluster.hosts()).isEmpty();
  }

  @Test
  void itIsAskedAgainWhenTheRefreshRateIsOver() throws Exception {
    answer("db", "10.0.0.1");
    ClusterState cluster = strict("db");
    resolve(cluster);
    answer("db", "10.0.0.2");

    now.set(4 * SECOND);
    dns.tick(List.of(cluster));
    assertThat(asked).hasValue(1);

    now.set(5 * SECOND);
    dns.tick(List.of(cluster));
    await().until(() -> hosts(cluster).equals(List.of("10.0.0.2:80")));
  }

  @Test
  void aFailureKeepsTheHosts() throws Exception {
    answer("db", "10.0.0.1");
    ClusterState cluster = strict("db");
    resolve(cluster);
    records.clear();

    now.set(5 * SECOND);
    dns.tick(List.of(cluster));
    await().until(() -> asked.get() == 2);

    assertThat(hosts(cluster)).containsExactly("10.0.0.1:80");
  }

  @Test
  void anEmptyAnswerClearsTheHosts() throws Exception {
    answer("db", "10.0.0.1");
    ClusterState cluster = strict("db");
    resolve(cluster);
    answer("db");

    now.set(5 * SECOND);
    dns.tick(List.of(cluster));
    await().until(() -> cluster.hosts().isEmpty());
  }

  @Test
  void aClusterConfiguredAnewHasTheLastAnswerWhileThereIsNone() throws Exception {
    answer("db", "10.0.0.1");
    resolve(strict("db"));
    records.clear();
    ClusterState anew = strict("db");
    resolve(anew);

    assertThat(hosts(anew)).containsExactly("10.0.0.1:80");
  }

  @Test
  void clustersThatAreGoneAreNotAskedFor() throws Exception {
    answer("db", "10.0.0.1");
    resolve(strict("db"));

    now.set(60 * SECOND);
    dns.tick(List.of());
    dns.tick(List.of());

    assertThat(asked).hasValue(1);
  }

  @Test
  void failuresAreFollowedByLongerPauses() {
    DnsPolicy policy =
        new DnsPolicy(
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(8),
            Duration.ZERO,
            LookupFamily.AUTO);
    ClusterState cluster = cluster(Cluster.Type.STRICT_DNS, policy, "nobody");
    // On the test's own thread: time must not pass between a lookup and what follows from it.
    try (DnsRefresh here = new DnsRefresh(this::lookup, now::get, () -> 7, Runnable::run)) {
      here.resolved(cluster);
      for (int i = 2; i < 6; i++) {
        now.addAndGet(8 * SECOND);
        here.tick(List.of(cluster));
        assertThat(asked).hasValue(i);
      }
      now.addAndGet(SECOND / 4);
      here.tick(List.of(cluster));
      assertThat(asked).hasValue(5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, [2001:db8::1]:80",
    "V4_ONLY, 10.0.0.1:80",
    "V6_ONLY, [2001:db8::1]:80",
    "V4_PREFERRED, 10.0.0.1:80",
    "ALL, 10.0.0.1:80 [2001:db8::1]:80"
  })
  void theFamilySaysWhichAddressesCount(LookupFamily family, String expected) throws Exception {
    answer("db", "10.0.0.1", "2001:db8::1");
    DnsPolicy standard = DnsPolicy.DEFAULT;
    ClusterState cluster =
        cluster(
            Cluster.Type.STRICT_DNS,
            new DnsPolicy(
                standard.rate(),
                standard.failureBase(),
                standard.failureMax(),
                standard.jitter(),
                family),
            "db");
    resolve(cluster);

    assertThat(String.join(" ", hosts(cluster)).replace("2001:db8:0:0:0:0:0:1", "2001:db8::1"))
        .isEqualTo(expected);
  }
}
