package io.inmesh.instrumentation.api;

import io.inmesh.instrumentation.api.Timers.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a request that may still report, the one whose response was handed over included.
 * Guarded by the driver's lock.
 */
final class LiveAttempts<R> {
  /** One of them, with its timers. */
  static final class Attempt<R> {
    final int number;
    final long connectNanos;
    final long perTryNanos;
    long moved;
    @Nullable R response;
    @Nullable Cancellable connect;
    @Nullable Cancellable perTry;
    @Nullable Cancellable idle;
    @Nullable Cancellable life;

    /**
     * @param connectNanos how long it may take to connect
     * @param perTryNanos how long its response may take to start; 0 is for ever
     */
    Attempt(int number, long connectNanos, long perTryNanos) {
      this.number = number;
      this.connectNanos = connectNanos;
      this.perTryNanos = perTryNanos;
    }

    private void stopTimers() {
      cancel(connect);
      cancel(perTry);
      cancel(idle);
      cancel(life);
    }
  }

  private final List<Attempt<R>> live = new ArrayList<>(1);

  void add(Attempt<R> attempt) {
    live.add(attempt);
  }

  @Nullable Attempt<R> find(int number) {
    for (int i = 0; i < live.size(); i++) {
      if (live.get(i).number == number) {
        return live.get(i);
      }
    }
    return null;
  }

  void forEach(Consumer<Attempt<R>> action) {
    live.forEach(action);
  }

  void drop(Attempt<R> attempt) {
    live.remove(attempt);
    attempt.stopTimers();
  }

  /** Drops all but one; those that were dropped. */
  List<Attempt<R>> dropOthers(Attempt<R> winner) {
    if (live.size() == 1) {
      return List.of();
    }
    List<Attempt<R>> losers = new ArrayList<>(live);
    losers.remove(winner);
    losers.forEach(this::drop);
    return losers;
  }

  /** Drops all; those that were dropped. */
  List<Attempt<R>> close() {
    if (live.isEmpty()) {
      return List.of();
    }
    List<Attempt<R>> all = List.copyOf(live);
    for (int i = 0; i < all.size(); i++) {
      all.get(i).stopTimers();
    }
    live.clear();
    return all;
  }

  static void cancel(@Nullable Cancellable timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
