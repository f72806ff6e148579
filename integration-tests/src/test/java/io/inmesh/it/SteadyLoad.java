package io.inmesh.it;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Calls at a fixed rate, whatever the answers take: what is late is caught up, at the latest when
 * it is closed. On a machine that is too slow for it at the rate that it bears.
 */
public final class SteadyLoad implements AutoCloseable {
  private static final long END_SECONDS = 30;
  private static final int AT_ONCE = 16;

  private final Supplier<CompletableFuture<String>> caller;
  private final String expected;
  private final long everyNanos;
  private final Thread thread = new Thread(this::run, "steady-load");
  private final AtomicLong sent = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final long started = System.nanoTime();
  private volatile long closed;
  private volatile boolean over;
  private volatile long ended;

  private SteadyLoad(
      Supplier<CompletableFuture<String>> caller, String expected, int requestsPerSecond) {
    this.caller = caller;
    this.expected = expected;
    this.everyNanos = TimeUnit.SECONDS.toNanos(1) / requestsPerSecond;
    thread.setDaemon(true);
  }

  /**
   * Begins.
   *
   * @param caller makes one call
   * @param expected what each has to be answered
   */
  public static SteadyLoad of(
      Supplier<CompletableFuture<String>> caller, String expected, int requestsPerSecond) {
    SteadyLoad load = new SteadyLoad(caller, expected, requestsPerSecond);
    load.thread.start();
    return load;
  }

  private void run() {
    try {
      long next = started;
      while (!over || next - closed < 0) {
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        free.acquire();
        next += everyNanos;
        sent.incrementAndGet();
        caller.get().whenComplete(this::answered);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answered(String answer, Throwable failure) {
    if (failure != null || !answer.equals(expected)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
      failures.add(millis + " ms: " + (failure != null ? failure : answer));
    }
    free.release();
  }

  /** How many have been sent so far. */
  public long sent() {
    return sent.get();
  }

  /** How many a second there were, once it is over. */
  public long rate() {
    return sent.get() * TimeUnit.SECONDS.toNanos(1) / (ended - started);
  }

  /** What was answered in place of the expected, and when. */
  public Queue<String> failures() {
    return failures;
  }

  /** Sends nothing more but what is late, and waits for the last answers. */
  @Override
  public void close() throws InterruptedException {
    closed = System.nanoTime();
    over = true;
    thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    thread.interrupt();
    thread.join();
    ended = System.nanoTime();
    if (!free.tryAcquire(AT_ONCE, END_SECONDS, TimeUnit.SECONDS)) {
      failures.add("no answer within " + END_SECONDS + " s");
    }
  }
}
