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
  // They go on for ever: only the time that passes anyway brings them about.
  private final PriorityQueue<Event> background =
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

  /** Does something as soon as so much time has passed; nobody waits for it. */
  void background(long nanos, Runnable action) {
    background.add(new Event(now + nanos, order++, () -> true, action));
  }

  /** Lets time pass until what happens in the background has come to something. */
  void runUntil(BooleanSupplier reached) {
    while (!reached.getAsBoolean() && !background.isEmpty()) {
      pass(background.element().at());
    }
  }

  private void pass(long until) {
    for (Event next = background.peek();
        next != null && next.at() <= until;
        next = background.peek()) {
      background.remove();
      now = Math.max(now, next.at());
      next.action().run();
    }
    now = Math.max(now, until);
  }

  /** Plays all events there are. */
  void run() {
    for (Event next = events.poll(); next != null; next = events.poll()) {
      if (next.needed().getAsBoolean()) {
        pass(next.at());
        next.action().run();
      }
    }
  }

  /** Lets time pass, with the housekeeping of the clusters as the agent does it. */
  void advance(MeshSnapshot snapshot, long millis) {
    for (long passed = 0; passed < millis; passed += TICK_MILLIS) {
      pass(now + Math.min(TICK_MILLIS, millis - passed) * NANOS_PER_MILLI);
      for (ClusterState cluster : snapshot.clusters()) {
        cluster.tick(now, now);
      }
    }
  }
}
