package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.internal.GrpcUtil;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.Timers.Cancellable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The app's own limits of a call: its deadline, and the context that it was made in. They hold over
 * all attempts and the time between, so no attempt has any of its own.
 */
final class CallLimits {
  private final Mesh mesh;
  private final Context context;
  private final @Nullable Deadline deadline;
  private final Consumer<Status> over;
  private final Context.CancellationListener cancelled = this::cancelled;
  private final Object lock = new Object();
  private boolean stopped;
  private @Nullable Cancellable timer;

  /**
   * @param over hears once that a limit is reached; on the agent's timer, or on whatever thread
   *     cancels the context
   */
  CallLimits(Mesh mesh, Context context, CallOptions options, Consumer<Status> over) {
    this.mesh = mesh;
    this.context = context;
    this.over = over;
    Deadline own = options.getDeadline();
    Deadline outer = context.getDeadline();
    deadline = own == null ? outer : outer == null ? own : own.minimum(outer);
  }

  /** Watches from now on. */
  void start() {
    context.addListener(cancelled, Runnable::run);
    Deadline until = deadline;
    if (until == null) {
      return;
    }
    long left = Math.max(0, until.timeRemaining(TimeUnit.NANOSECONDS));
    synchronized (lock) {
      if (!stopped) {
        timer = mesh.timers().after(left, () -> elapsed(left));
      }
    }
  }

  /** The call is over, or has gone where others watch it. */
  void stop() {
    context.removeListener(cancelled);
    synchronized (lock) {
      stopped = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /** Writes what is left of the deadline into a head. */
  void write(Metadata head) {
    Deadline until = deadline;
    if (until != null) {
      head.discardAll(GrpcUtil.TIMEOUT_KEY);
      head.put(GrpcUtil.TIMEOUT_KEY, Math.max(0, until.timeRemaining(TimeUnit.NANOSECONDS)));
    }
  }

  /** How a call ends whose deadline is over, or null while it is not. */
  @Nullable Status exceeded() {
    Deadline until = deadline;
    return until != null && until.isExpired()
        ? Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded")
        : null;
  }

  private void elapsed(long nanos) {
    over.accept(
        Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded after " + nanos / 1e9 + "s"));
  }

  private void cancelled(Context ended) {
    over.accept(Contexts.statusFromCancelled(ended));
  }
}
