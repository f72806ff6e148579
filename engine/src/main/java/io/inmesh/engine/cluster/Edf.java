package io.inmesh.engine.cluster;

import java.util.function.IntToDoubleFunction;

/**
 * Envoy's earliest-deadline-first scheduler over the indices 0..n-1: the ratio of picks is that of
 * the weights, exactly over a full cycle; ties go to the earlier insertion. Not thread-safe.
 */
final class Edf {
  private static final long MAX_PRIOR_PICKS = 429496729;

  private final IntToDoubleFunction weights;
  private final double[] deadlines;
  private final long[] orders;
  private final int[] entries;
  private int size;
  private long nextOrder;
  private double now;

  /**
   * A scheduler as if it had picked before.
   *
   * @param weights asked at each insertion; entries of weight 0 never come up
   * @param seed decides how many prior picks there were, so that instances start out of phase
   */
  Edf(int count, IntToDoubleFunction weights, long seed) {
    this.weights = weights;
    deadlines = new double[count];
    orders = new long[count];
    entries = new int[count];
    long picks = Long.remainderUnsigned(seed, MAX_PRIOR_PICKS);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights.applyAsDouble(i);
    }
    long done = 0;
    for (int i = 0; i < count && sum > 0; i++) {
      double weight = weights.applyAsDouble(i);
      if (weight > 0) {
        long own = (long) Math.floor(picks * weight / sum);
        done += own;
        now = Math.max(now, own / weight);
        insertAt((own + 1) / weight, i);
      }
    }
    for (; size > 0 && done < picks; done++) {
      pick();
    }
  }

  /** Whether every weight is 0. */
  boolean isEmpty() {
    return size == 0;
  }

  /** The next index; it is re-inserted with its weight of now. */
  int pick() {
    int entry = entries[0];
    now = deadlines[0];
    double weight = weights.applyAsDouble(entry);
    if (weight <= 0) {
      removeFirst();
      return entry;
    }
    deadlines[0] = now + 1 / weight;
    orders[0] = nextOrder++;
    siftDown(0);
    return entry;
  }

  private void insertAt(double deadline, int entry) {
    int at = size++;
    deadlines[at] = deadline;
    orders[at] = nextOrder++;
    entries[at] = entry;
    while (at > 0 && before(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void removeFirst() {
    size--;
    swap(0, size);
    siftDown(0);
  }

  // Entries move up into the hole that the sinking one leaves, so each is written once.
  private void siftDown(int from) {
    double deadline = deadlines[from];
    long order = orders[from];
    int entry = entries[from];
    int hole = from;
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && before(child + 1, child)) {
        child++;
      }
      boolean rises =
          deadlines[child] < deadline || (deadlines[child] == deadline && orders[child] < order);
      if (!rises) {
        break;
      }
      deadlines[hole] = deadlines[child];
      orders[hole] = orders[child];
      entries[hole] = entries[child];
      hole = child;
    }
    deadlines[hole] = deadline;
    orders[hole] = order;
    entries[hole] = entry;
  }

  private boolean before(int a, int b) {
    return deadlines[a] < deadlines[b] || (deadlines[a] == deadlines[b] && orders[a] < orders[b]);
  }

  private void swap(int a, int b) {
    double deadline = deadlines[a];
    deadlines[a] = deadlines[b];
    deadlines[b] = deadline;
    long order = orders[a];
    orders[a] = orders[b];
    orders[b] = order;
    int entry = entries[a];
    entries[a] = entries[b];
    entries[b] = entry;
  }
}
