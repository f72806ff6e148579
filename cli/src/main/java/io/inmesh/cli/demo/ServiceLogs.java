package io.inmesh.cli.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/** What all services logged, the last requests of it. Thread-safe. */
final class ServiceLogs {
  private static final int KEPT = 20_000;

  private final ArrayDeque<Served> served = new ArrayDeque<>();

  /** Takes a line of a service's output. */
  void line(String line) {
    Served.parse(line, System.nanoTime()).ifPresent(this::add);
  }

  private synchronized void add(Served request) {
    served.addLast(request);
    if (served.size() > KEPT) {
      served.removeFirst();
    }
    notifyAll();
  }

  synchronized List<Served> matching(Predicate<Served> wanted) {
    return served.stream().filter(wanted).toList();
  }

  synchronized int count(Predicate<Served> wanted) {
    return (int) served.stream().filter(wanted).count();
  }

  /**
   * Waits until so many have come: a client has its answer before the service has written its line.
   *
   * @return how many there are, fewer if the time is up
   */
  synchronized int await(int expected, Duration limit, Predicate<Served> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    int count = count(wanted);
    for (long left = end - System.nanoTime(); count < expected && left > 0; ) {
      wait(left / 1_000_000 + 1);
      count = count(wanted);
      left = end - System.nanoTime();
    }
    return count;
  }
}
