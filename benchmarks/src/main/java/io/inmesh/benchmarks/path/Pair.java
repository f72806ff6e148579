package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client, the {@code TomcatServer} that it calls, and the sidecars that stand between them. */
final class Pair implements AutoCloseable {
  /** Nothing stands between the two. */
  static final LongSupplier NOTHING = () -> 0;

  private static final Pattern LISTENING = Pattern.compile("^listening port=");

  private final String name;
  private final Child server;
  private final Client client;
  private final boolean secured;
  private final LongSupplier between;

  private Pair(String name, Child server, Client client, boolean secured, LongSupplier between) {
    this.name = name;
    this.server = server;
    this.client = client;
    this.secured = secured;
    this.between = between;
  }

  /**
   * What the server has done so far; times in nanoseconds.
   *
   * @param jit what the compilers took of the CPU time
   * @param named requests of callers that showed a certificate
   */
  private record Served(long cpu, long jit, long requests, long named) {
    private static final Pattern LINE =
        Pattern.compile("^served requests=(\\d+) named=(\\d+) cpu=(\\d+) jit=(\\d+)");

    static Served by(Child server) {
      server.tell("served");
      Matcher line = server.await(LINE);
      return new Served(number(line, 3), number(line, 4), number(line, 1), number(line, 2));
    }

    private static long number(Matcher line, int group) {
      return Long.parseLong(line.group(group));
    }

    Served since(Served before) {
      return new Served(
          cpu - before.cpu, jit - before.jit, requests - before.requests, named - before.named);
    }
  }

  /**
   * What a run has come to.
   *
   * @param cpu of all processes together, in nanoseconds
   * @param jit what the compilers took of it
   */
  record Result(Load load, long cpu, long jit) {
    /** Whether next to nothing was compiled any more. */
    boolean isSettled() {
      return jit < Plan.SETTLED * cpu;
    }
  }

  /**
   * Starts both programs and waits until the client gets answers.
   *
   * @param name of the variant
   * @param secured whether each request must reach the server with its caller's certificate known
   * @param between CPU time so far of what stands between the two
   */
  static Pair start(
      String name,
      List<String> serverCommand,
      List<String> clientCommand,
      boolean secured,
      LongSupplier between,
      Programs programs) {
    Child server = Child.start("server-" + name, serverCommand, programs.log("server-" + name));
    try {
      server.await(LISTENING);
      Client client = Client.start("client-" + name, clientCommand, programs);
      try {
        client.awaitAnswers();
        return new Pair(name, server, client, secured, between);
      } catch (RuntimeException e) {
        client.close();
        throw e;
      }
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Has the client call.
   *
   * @param bytes of each body; 0 is a GET
   * @param rate calls a second, or {@link Client#FULL_SPEED}
   */
  Result run(int millis, int bytes, int rate) {
    long start = between.getAsLong();
    Served before = Served.by(server);
    Load load = client.run(Plan.CALLERS, millis, bytes, rate);
    Served served = Served.by(server).since(before);
    long cpu = load.cpu() + served.cpu() + between.getAsLong() - start;
    check(load, served);
    return new Result(load, cpu, load.jit() + served.jit());
  }

  /** A request that went another way than its variant's would be measured as if it had not. */
  private void check(Load load, Served served) {
    if (served.requests() < load.requests()
        || served.named() != (secured ? served.requests() : 0)) {
      throw new Failure(
          "of %d requests of %s the server saw %d, %d of them with a certificate"
              .formatted(load.requests(), name, served.requests(), served.named()));
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
