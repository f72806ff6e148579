package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Consistent hashing in which a host has at most so much more than the mean. */
class BoundedLoadTest {
  private static final LbPolicy RING = new LbPolicy.RingHash(1024, 1 << 20, false, false, 100);

  private final ClusterState state =
      Fixtures.state(Fixtures.eds(RING), Fixtures.priority(0, Fixtures.endpoints(1, 10, 10)));

  @Test
  void theGeneratorIsThatOfTheCppStandard() {
    Mt19937 random = new Mt19937();
    random.seed(5489);
    int last = 0;
    for (int i = 0; i < 10_000; i++) {
      last = random.next();
    }

    // The standard names this number ([rand.predef]).
    assertThat(Integer.toUnsignedLong(last)).isEqualTo(4123659995L);
  }

  @Test
  void aHostTakesMoreWhereItHasLittle() {
    Host first = pick(7);

    assertThat(pick(7)).isSameAs(first);
    first.requestStarted();
    assertThat(pick(7)).as("one of one slot is not too much").isSameAs(first);
  }

  @Test
  void aHostWithTooMuchPassesRequestsOnAlwaysInOneOrder() {
    List<Host> order = load(7, 20);

    assertThat(Set.copyOf(order.subList(0, 20))).hasSizeGreaterThan(4);
    order.forEach(Host::requestEnded);
    assertThat(load(7, 20)).isEqualTo(order);
  }

  @ParameterizedTest(name = "{0} %: {1} and {2} under way: passed on {3}")
  @CsvSource({
    // With 100 % of 3, that is 2 slots each.
    "100, 2, 0, false",
    "100, 3, 0, true",
    "100, 3, 1, false",
    "100, 6, 4, false",
    "100, 7, 4, true",
    "150, 6, 0, false",
    "150, 7, 0, true",
  })
  void aHostWithMoreThanItsSlotsPassesARequestOn(
      int factor, int first, int other, boolean passedOn) {
    LbPolicy ring = new LbPolicy.RingHash(1024, 1 << 20, false, false, factor);
    ClusterState two =
        Fixtures.state(Fixtures.eds(ring), Fixtures.priority(0, Fixtures.endpoints(1, 2, 2)));
    Host own = Objects.requireNonNull(two.pick(7));
    Host left = two.hosts().get(own == two.hosts().get(0) ? 1 : 0);
    start(own, first);
    start(left, other);

    assertThat(two.pick(7)).isSameAs(passedOn ? left : own);
  }

  @Test
  void itIsPassedOnToOneThatHasRoom() {
    ClusterState three =
        Fixtures.state(Fixtures.eds(RING), Fixtures.priority(0, Fixtures.endpoints(1, 3, 3)));
    start(three.hosts().get(0), 8);
    start(three.hosts().get(1), 8);
    for (long hash = 0; hash < 40; hash++) {
      assertThat(three.pick(hash * 0x9E3779B97F4A7C15L)).isSameAs(three.hosts().get(2));
    }
  }

  private static void start(Host host, int requests) {
    for (int i = 0; i < requests; i++) {
      host.requestStarted();
    }
  }

  @Test
  void anotherHashHasAnotherOrder() {
    List<Host> order = load(7, 20);
    order.forEach(Host::requestEnded);

    assertThat(load(8, 20)).isNotEqualTo(order);
  }

  @Test
  void noHostGetsMoreThanItsSlotsAndOne() {
    List<Host> all = load(3, 100);

    for (Host host : new HashSet<>(all)) {
      assertThat(host.activeRequests()).isLessThanOrEqualTo(12);
    }
  }

  @Test
  void overloadedPicksAllocateNothing() {
    load(7, 20);
    for (int i = 0; i < 20_000; i++) {
      pick(7);
    }
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      state.pick(7);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
  }

  @Test
  void aFactorBelowTheMeanIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LbPolicy.Maglev(7, false, 99))
        .withMessageContaining("greater than or equal to 100");
  }

  private List<Host> load(long hash, int requests) {
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      Host host = pick(hash);
      host.requestStarted();
      hosts.add(host);
    }
    return hosts;
  }

  private Host pick(long hash) {
    Host host = state.pick(hash, new ByHash(hash));
    assertThat(host).isNotNull();
    return host;
  }

  private record ByHash(long hash) implements PickContext {
    @Override
    public boolean rejects(Host host) {
      return false;
    }

    @Override
    public boolean hasHash() {
      return true;
    }

    @Override
    public int hostSelectionAttempts() {
      return 0;
    }
  }
}
