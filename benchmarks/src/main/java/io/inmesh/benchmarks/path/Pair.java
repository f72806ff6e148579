package io.inmesh.benchmarks.path;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client, the {@code TomcatServer} that it calls, and the sidecars that stand between them. */
final class Pair implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("^listening port=");
  private static final Pattern USED = Pattern.compile("^used cpu=(\\d+) jit=(\\d+)");

  private final Child server;
  private final Client client;
  private final List<Envoy> between;

  private Pair(Child server, Client client, List<Envoy> between) {
    this.server = server;
    this.client = client;
    this.between = between;
  }

  /** CPU time in nanoseconds, and what the compilers took of it. */
  private record Used(long cpu, long jit) {}

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
   * @param between running already, and left running
   */
  static Pair start(
      String name,
      List<String> serverCommand,
      List<String> clientCommand,
      List<Envoy> between,
      Programs programs) {
    Child server = Child.start("server-" + name, serverCommand, programs.log("server-" + name));
    try {
      server.await(LISTENING);
      Client client = Client.start("client-" + name, clientCommand, programs);
      Pair pair = new Pair(server, client, between);
      try {
        client.awaitAnswers();
        return pair;
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
    long envoys = envoyCpu();
    Used before = serverUsed();
    Load load = client.run(Plan.CALLERS, millis, bytes, rate);
    Used after = serverUsed();
    return new Result(
        load,
        load.cpu() + after.cpu() - before.cpu() + envoyCpu() - envoys,
        load.jit() + after.jit() - before.jit());
  }

  private Used serverUsed() {
    server.tell("used");
    Matcher line = server.await(USED);
    return new Used(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
  }

  private long envoyCpu() {
    return between.stream().mapToLong(e -> e.process().cpuNanos()).sum();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
