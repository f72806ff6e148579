package io.inmesh.engine.cluster;

import org.jspecify.annotations.Nullable;

/**
 * How load spreads over priorities: to the first ones as far as their health carries it, and to
 * degraded hosts only with what remains. Percentages sum to 100. Immutable.
 */
final class PriorityLoad {
  private final int[] health;
  private final int[] degradation;
  private final int[] healthy;
  private final int[] degraded;
  private final boolean[] panic;

  /**
   * @param sets the hosts by priority, at least one set
   * @param overprovisioning percent
   * @param panicThreshold percent; 0 turns panic off
   * @param byWeight whether hosts count by their weight; for panic they count by number
   */
  PriorityLoad(HostSet[] sets, int overprovisioning, double panicThreshold, boolean byWeight) {
    int n = sets.length;
    healthy = new int[n];
    degraded = new int[n];
    panic = new boolean[n];
    health = new int[n];
    degradation = new int[n];
    int sum = 0;
    for (int p = 0; p < n; p++) {
      health[p] = sets[p].availability(sets[p].healthy, overprovisioning, byWeight);
      degradation[p] = sets[p].availability(sets[p].degraded, overprovisioning, byWeight);
      sum += health[p] + degradation[p];
    }
    int total = Math.min(100, sum);
    if (total > 0) {
      distribute(health, degradation, total);
    }
    decidePanic(sets, total, panicThreshold);
  }

  private PriorityLoad(PriorityLoad all, int[] health, int[] degradation, int total) {
    this.health = all.health;
    this.degradation = all.degradation;
    healthy = new int[health.length];
    degraded = new int[health.length];
    panic = all.panic;
    distribute(health, degradation, total);
  }

  /** The load over the other priorities, or null where they can carry none. */
  @Nullable PriorityLoad without(long excluded) {
    int[] left = new int[health.length];
    int[] leftDegraded = new int[health.length];
    int sum = 0;
    for (int p = 0; p < left.length; p++) {
      if ((excluded & PreviousPriorities.bit(p)) == 0) {
        left[p] = health[p];
        leftDegraded[p] = degradation[p];
        sum += left[p] + leftDegraded[p];
      }
    }
    return sum == 0 ? null : new PriorityLoad(this, left, leftDegraded, Math.min(100, sum));
  }

  /** Whether it spreads over as many priorities as another one. */
  boolean sameSize(PriorityLoad other) {
    return healthy.length == other.healthy.length;
  }

  /** Twice the priority; odd where its degraded hosts are meant. */
  int choose(long random) {
    int left = (int) Long.remainderUnsigned(random, 100) + 1;
    for (int p = 0; p < healthy.length; p++) {
      left -= healthy[p];
      if (left <= 0) {
        return 2 * p;
      }
    }
    for (int p = 0; p < degraded.length; p++) {
      left -= degraded[p];
      if (left <= 0) {
        return 2 * p + 1;
      }
    }
    return 0;
  }

  boolean panic(int priority) {
    return panic[priority];
  }

  int healthyPercent(int priority) {
    return healthy[priority];
  }

  int degradedPercent(int priority) {
    return degraded[priority];
  }

  private void distribute(int[] health, int[] degradation, int total) {
    int remaining = 100;
    int first = -1;
    for (int pass = 0; pass < 2; pass++) {
      int[] available = pass == 0 ? health : degradation;
      int[] load = pass == 0 ? healthy : degraded;
      for (int p = 0; p < load.length; p++) {
        if (available[p] > 0 && first < 0) {
          first = pass * load.length + p;
        }
        load[p] = Math.min(remaining, available[p] * 100 / total);
        remaining -= load[p];
      }
    }
    if (first >= 0) {
      int[] load = first < healthy.length ? healthy : degraded;
      load[first % healthy.length] += remaining;
    }
  }

  private void decidePanic(HostSet[] sets, int total, double threshold) {
    if (threshold == 0 && total == 0) {
      healthy[0] = 100;
      return;
    }
    boolean all = true;
    for (int p = 0; p < panic.length; p++) {
      panic[p] = total != 100 && inPanic(sets[p], threshold);
      all &= panic[p];
    }
    if (all) {
      spreadByCount(sets);
    }
  }

  private static boolean inPanic(HostSet set, double threshold) {
    long counted = set.counted();
    double available =
        counted <= 0 ? 0 : 100.0 * (set.healthy.size() + set.degraded.size()) / counted;
    return available < threshold;
  }

  private void spreadByCount(HostSet[] sets) {
    long hosts = 0;
    for (HostSet set : sets) {
      hosts += set.all.size();
    }
    int remaining = 100;
    int first = -1;
    for (int p = 0; p < sets.length; p++) {
      degraded[p] = 0;
      healthy[p] = hosts == 0 ? 0 : (int) (100L * sets[p].all.size() / hosts);
      remaining -= healthy[p];
      if (first < 0 && sets[p].all.size() > 0) {
        first = p;
      }
    }
    healthy[Math.max(first, 0)] += remaining;
  }
}
