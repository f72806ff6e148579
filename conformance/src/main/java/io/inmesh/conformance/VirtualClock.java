package io.inmesh.conformance;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterState;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** A clock that jumps from event to event. */
final class VirtualClock {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long TICK_MILLIS = 100;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  // Not 0: a moment of 0 stands for "never" in some places.
  private long now = 1_000_000_000L;
  private long order;

  private record Event(long at, long order, BooleanSupplier needed, Runnable action) {}

  /** Nanoseconds. */
  long now() {
    return now;
  }

  /** Does something later. */
  void after(long nanos, Runnable action) {
    after(nanos, () -> true, action);
  }

  /** Does something later, unless it is not needed any more: then no time passes for it. */
  void after(long nanos, BooleanSupplier needed, Runnable action) {
    events.add(new Event(now + nanos, order++, needed, action));
  }

  /** Plays all events there are. */
  void run() {
    for (Event next = events.poll(); next != null; next = events.poll()) {
      if (next.needed().getAsBoolean()) {
        now = Math.max(now, next.at());
        next.action().run();
      }
    }
  }

  /** Lets time pass, with the housekeeping of the clusters as the agent does it. */
  void advance(MeshSnapshot snapshot, long millis) {
    for (long passed = 0; passed < millis; passed += TICK_MILLIS) {
      now += Math.min(TICK_MILLIS, millis - passed) * NANOS_PER_MILLI;
      for (ClusterState cluster : snapshot.clusters()) {
        cluster.tick(now, now);
      }
    }
  }
}
