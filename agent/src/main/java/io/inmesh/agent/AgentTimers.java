package io.inmesh.agent;

import io.inmesh.instrumentation.api.Timers;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The thread {@code inmesh-timer}, started with the first timer. */
final class AgentTimers implements Timers {
  private final ScheduledThreadPoolExecutor executor;

  AgentTimers() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, AgentThreads.TIMER);
              thread.setDaemon(true);
              return thread;
            });
    // Nearly every timer is called off; they must not pile up until their time.
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Cancellable after(long nanos, Runnable task) {
    Future<?> scheduled = executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Runs {@code task} again and again, until it is called off. */
  Cancellable every(long nanos, Runnable task) {
    Future<?> running = executor.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> running.cancel(false);
  }
}
