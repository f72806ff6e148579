package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A {@code LoadClient} in a process of its own. */
final class Client implements AutoCloseable {
  /** As fast as the threads can. */
  static final int FULL_SPEED = 0;

  private static final Pattern READY = Pattern.compile("^ready$");
  private static final long ANSWERS_WITHIN_NANOS = 60_000_000_000L;
  private static final int PROBE_MILLIS = 100;

  private final String name;
  private final Child child;
  private final Path log;

  private Client(String name, Child child, Path log) {
    this.name = name;
    this.child = child;
    this.log = log;
  }

  /** Starts it. */
  static Client start(String name, List<String> command, Programs programs) {
    Path log = programs.log(name);
    Child child = Child.start(name, command, log);
    try {
      child.await(READY);
      return new Client(name, child, log);
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  /** Calls until a call succeeds: a mesh that has no certificate yet answers for itself. */
  void awaitAnswers() {
    long end = System.nanoTime() + ANSWERS_WITHIN_NANOS;
    Load load;
    do {
      load = attempt(1, PROBE_MILLIS, 0, FULL_SPEED);
    } while ((load.failed() > 0 || load.requests() == 0) && System.nanoTime() - end < 0);
    check(load);
  }

  /** GETs. */
  Load run(int threads, int millis) {
    return run(threads, millis, 0, FULL_SPEED);
  }

  /**
   * Calls, all of which must succeed.
   *
   * @param bytes of each body; 0 is a GET
   * @param rate calls a second
   */
  Load run(int threads, int millis, int bytes, int rate) {
    Load load = attempt(threads, millis, bytes, rate);
    check(load);
    return load;
  }

  private Load attempt(int threads, int millis, int bytes, int rate) {
    child.tell("run " + threads + " " + millis + " " + bytes + " " + rate);
    return Load.of(child.await(Load.LINE));
  }

  private void check(Load load) {
    if (load.failed() > 0) {
      throw new Failure(
          "%d of %d calls by %s failed; the logs are in %s"
              .formatted(load.failed(), load.requests(), name, log.getParent()));
    }
  }

  @Override
  public void close() {
    child.close();
  }
}
