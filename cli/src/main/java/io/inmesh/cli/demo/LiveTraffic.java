package io.inmesh.cli.demo;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Customers of every kind at a steady pace, and what they received lately. Thread-safe. */
final class LiveTraffic implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int KEPT = 5_000;

  private final Customer customer;
  private final ScheduledExecutorService pace =
      Executors.newScheduledThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "customer");
            thread.setDaemon(true);
            return thread;
          });
  private final ArrayDeque<Received> received = new ArrayDeque<>();

  /** An answer and when it came. */
  record Received(long atNanos, String scene, Customer.Answer answer) {}

  LiveTraffic(Customer customer) {
    this.customer = customer;
    every(40, "/", "split", "");
    every(250, "/", "beta", "beta-ann");
    every(200, "/basket", "retry", "");
    every(500, "/checkout", "order", "");
    every(1_000, "/prices", "timeout", "");
    every(150, "/search", "fault", "");
    every(1_000, "/offer", "denied", "");
  }

  private void every(long millis, String page, String scene, String user) {
    ScheduledFuture<?> unused =
        pace.scheduleAtFixedRate(
            () -> call(page, scene, user), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void call(String page, String scene, String user) {
    try {
      Customer.Answer answer = customer.open(page, scene, user);
      synchronized (received) {
        received.addLast(new Received(System.nanoTime(), scene, answer));
        if (received.size() > KEPT) {
          received.removeFirst();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What came for a scene since then. */
  List<Customer.Answer> since(long nanos, String scene) {
    return matching(r -> r.atNanos() - nanos >= 0 && r.scene().equals(scene));
  }

  private List<Customer.Answer> matching(Predicate<Received> wanted) {
    synchronized (received) {
      return received.stream().filter(wanted).map(Received::answer).toList();
    }
  }

  @Override
  public void close() {
    pace.shutdownNow();
  }
}
