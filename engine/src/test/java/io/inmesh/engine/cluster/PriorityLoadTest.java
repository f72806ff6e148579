package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityLoadTest {
  /** Reads {@code healthy+degraded/total} of each priority. */
  private static PriorityLoad load(String sets, double panicThreshold) {
    Cluster cluster = Cluster.builder("c", Cluster.Type.EDS).build();
    LbClock clock = new LbClock(0);
    List<HostSet> result = new ArrayList<>();
    int number = 0;
    for (String text : sets.trim().split(" +")) {
      String[] parts = text.split("[+/]");
      List<Host> hosts = new ArrayList<>();
      int healthy = Integer.parseInt(parts[0]);
      int degraded = Integer.parseInt(parts[1]);
      for (int i = 0; i < Integer.parseInt(parts[2]); i++) {
        HealthStatus health =
            i < healthy
                ? HealthStatus.HEALTHY
                : i < healthy + degraded ? HealthStatus.DEGRADED : HealthStatus.UNHEALTHY;
        Endpoint endpoint = Fixtures.endpoint(number++, health, 1);
        hosts.add(new Host(cluster, endpoint, Locality.UNKNOWN, result.size(), 0));
      }
      List<HostSet.LocalityHosts> one =
          List.of(new HostSet.LocalityHosts(Locality.UNKNOWN, 1, hosts));
      result.add(new HostSet(hosts.isEmpty() ? List.of() : one, cluster, false, 140, clock, 1));
    }
    return new PriorityLoad(result.toArray(new HostSet[0]), 140, panicThreshold, false);
  }

  private static String describe(PriorityLoad load, int priorities) {
    List<String> parts = new ArrayList<>();
    for (int p = 0; p < priorities; p++) {
      int degraded = load.degradedPercent(p);
      parts.add(
          load.healthyPercent(p)
              + (degraded == 0 ? "" : "+" + degraded)
              + (load.panic(p) ? "!" : ""));
    }
    return String.join(" ", parts);
  }

  @ParameterizedTest(name = "{0} with panic threshold {1}: {2}")
  @CsvSource({
    // healthy+degraded/total by priority; panic threshold; load by priority (! is panic)
    "10+0/10, 50, 100",
    "3+0/10 10+0/10, 50, 42 58",
    "72+0/100 100+0/100, 50, 100 0",
    "71+0/100 100+0/100, 50, 99 1",
    "0+0/10 10+0/10, 50, 0 100",
    "0+0/0 10+0/10, 50, 0 100",
    "2+0/10 2+0/10 2+0/10 10+0/10, 50, 28 28 28 16",
    // Not enough health overall: loads are scaled up, the rest of the division goes to the first.
    "2+0/10 2+0/10, 0, 50 50",
    "2+0/10 1+0/10, 0, 67 33",
    // Degraded hosts take only what remains.
    "3+7/10, 50, 42+58",
    "3+0/10 0+10/10, 50, 42 0+58",
    "0+10/10, 50, 0+100",
    // Panic: too few available and not 100 % altogether.
    "2+0/10 2+0/10, 50, 50! 50!",
    "4+0/10 1+0/10, 50, 50! 50!",
    "6+0/10 1+0/10, 50, 86 14!",
    "2+0/10 10+0/10, 50, 28 72",
    "0+0/10, 50, 100!",
    "0+0/10 0+0/30, 50, 25! 75!",
    "0+0/10 0+0/20, 50, 34! 66!",
    "0+0/0 0+0/0, 50, 100! 0!",
    "5+0/10 0+0/10, 50, 100 0!",
    "2+3/10 0+0/10, 50, 40+60 0!",
    "0+0/10 0+0/10 0+0/13, 50, 31! 30! 39!",
    "0+0/0 0+0/10 0+0/20, 50, 0! 34! 66!",
    "1+0/10 3+2/10 1+1/10, 50, 14 42+28 14+2",
    // A threshold of 0 never panics, and then nothing healthy is nothing to pick.
    "0+0/10, 0, 100",
    "0+0/10 0+0/10, 0, 100 0",
  })
  void loads(String sets, double panicThreshold, String expected) {
    int priorities = sets.trim().split(" +").length;
    assertThat(describe(load(sets, panicThreshold), priorities)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "41, 0", "42, 2", "99, 2", "100, 0", "142, 2", "-1, 0"})
  void theNumberModulo100Walks(long random, int choice) {
    assertThat(load("3+0/10 10+0/10", 50).choose(random)).isEqualTo(choice);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "41, 0", "42, 3", "99, 3"})
  void degradedComesAfterAllHealthy(long random, int choice) {
    assertThat(load("3+0/10 0+10/10", 50).choose(random)).isEqualTo(choice);
  }
}
