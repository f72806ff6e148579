package io.inmesh.cli.demo;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls to the front page in the background, one after the other. */
final class Traffic implements AutoCloseable {
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile String firstFailure = "";
  private final long pauseMillis;
  private final Thread thread;

  private Traffic(Customer customer, String scene, long pauseMillis) {
    this.pauseMillis = pauseMillis;
    thread = new Thread(() -> run(customer, scene), "traffic " + scene);
    thread.setDaemon(true);
  }

  static Traffic start(Customer customer, String scene, long pauseMillis) {
    Traffic traffic = new Traffic(customer, scene, pauseMillis);
    traffic.thread.start();
    return traffic;
  }

  /** What came of it. */
  record Result(int calls, int failed, String firstFailure) {
    boolean allAnswered() {
      return calls > 0 && failed == 0;
    }

    @Override
    public String toString() {
      return failed + " of " + calls + " failed" + (failed == 0 ? "" : " (" + firstFailure + ")");
    }
  }

  private void run(Customer customer, String scene) {
    try {
      while (!stopped.get()) {
        Customer.Answer answer = customer.open("/", scene, "");
        calls.incrementAndGet();
        if (!answer.ok() && failed.incrementAndGet() == 1) {
          firstFailure = answer.status() + " " + answer.answeredBy();
        }
        Thread.sleep(pauseMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many calls came back so far. */
  int calls() {
    return calls.get();
  }

  /** Ends it and waits for the last call. */
  Result stop() throws InterruptedException {
    stopped.set(true);
    thread.join();
    return new Result(calls.get(), failed.get(), firstFailure);
  }

  @Override
  public void close() {
    stopped.set(true);
  }
}
