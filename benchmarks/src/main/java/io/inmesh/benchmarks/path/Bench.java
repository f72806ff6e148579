package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import io.inmesh.cli.Home;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Measures everything and prints it. Exit code 0 if it could be measured, whether or not a target
 * is reached: a benchmark, not a test.
 */
public final class Bench {
  private static final Pattern LISTENING = Pattern.compile("^listening port=(\\d+)");
  private static final double BUSY = 0.7;

  private Bench() {}

  /** Arguments: {@code --quick}, {@code --json}, {@code --only=PART[,PART]}. */
  public static void main(String[] args) {
    List<String> given = List.of(args);
    boolean json = given.contains("--json");
    Plan plan = given.contains("--quick") ? Plan.indicative() : Plan.full();
    Report report = new Report(json ? new PrintStream(System.err, true) : System.out);
    try {
      measure(plan, Part.of(given), report);
      System.out.print(json ? report.toJson() : report.toText());
      System.out.flush();
      System.exit(0);
    } catch (Failure e) {
      System.err.println("inmesh: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void measure(Plan plan, Set<Part> parts, Report report) {
    Home home = Home.find();
    Programs programs = new Programs(home, home.root().resolve("target/bench"));
    conditions(plan, report);
    Path envoy = Envoy.install(home);
    Services.writeHosts(programs.hosts());
    int selfPort = Envoy.freePort();
    try (Child server =
        Child.start(
            "server",
            programs.bare(Programs.java(), List.of("-Xmx256m"), "EchoServer"),
            programs.log("server"))) {
      int targetPort = Integer.parseInt(server.await(LISTENING).group(1));
      Path few = programs.work().resolve("mesh");
      Services.writeYaml(few, Plan.CLUSTERS, targetPort, selfPort);
      try (ControlPlane plane = ControlPlane.start(programs, few)) {
        Lab lab = new Lab(plan, programs, report, plane, envoy, selfPort, targetPort);
        if (parts.contains(Part.LOAD)) {
          load(lab);
        }
        if (parts.contains(Part.TLS)) {
          TlsPart.run(lab);
        }
        if (parts.contains(Part.START)) {
          new StartPart(lab).run();
        }
        if (parts.contains(Part.MEMORY)) {
          memory(lab);
        }
      }
    }
    jarSize(home, report);
    if (parts.contains(Part.ENGINE)) {
      new EnginePart(report).run();
    }
    for (Part part : EnumSet.complementOf(EnumSet.copyOf(parts))) {
      report.skip(part.what);
    }
  }

  private static void load(Lab lab) {
    try (Sidecars sidecars = Sidecars.start(lab, lab.targetPort())) {
      new LoadPart(lab, "jdk", sidecars).run();
      if (lab.plan().quick()) {
        lab.report().skip("OkHttp under load, and callers that send the headers, with --quick");
      } else {
        new LoadPart(lab, "okhttp", sidecars).run();
      }
    }
  }

  private static void memory(Lab lab) {
    if (lab.plan().quick()) {
      new MemoryPart(lab).run(Optional.empty());
      return;
    }
    Path many = lab.programs().work().resolve("mesh-many");
    Services.writeYaml(many, Plan.CLUSTERS + Plan.MORE_CLUSTERS, lab.targetPort(), lab.selfPort());
    try (ControlPlane plane = ControlPlane.start(lab.programs(), many)) {
      new MemoryPart(lab).run(Optional.of(plane));
    }
  }

  private static void jarSize(Home home, Report report) {
    try {
      double megabytes = Files.size(home.agentJar()) / (1024.0 * 1024);
      report.add(Figure.atMost("agent jar", "MB", Series.of(megabytes), 25));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void conditions(Plan plan, Report report) {
    report.condition(
        "kind",
        plan.quick()
            ? "INDICATIVE (--quick): too few and too short rounds for a verdict"
            : "median of "
                + plan.loadRounds()
                + " rounds, variants by turns, spread is min to max");
    report.condition(
        "machine",
        Runtime.getRuntime().availableProcessors()
            + " cores, "
            + System.getProperty("os.name")
            + ", load at the start "
            + Figure.number(loadAverage()));
    if (loadAverage() > BUSY) {
      report.condition(
          "warning", "the machine was busy already; the figures are not to be trusted");
    }
    report.condition(
        "JVM",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    report.condition(
        "Envoy",
        Envoy.RELEASE
            + ", one beside the client, one beside the server; plaintext, of part tls mutual TLS"
            + " between them");
    report.condition(
        "load",
        Plan.CALLERS
            + " blocking callers on loopback, 100 byte answers, HTTP/1.1; warm-up until the compilers"
            + " take less than 2 % of the CPU time, at most "
            + plan.warmUp() / 1e3
            + " s; CPU time is that of the client's JVM and, with Envoy, of both Envoys");
    report.condition(
        "tls",
        "OkHttp to Tomcat, 1 KB each way, kept-alive HTTP/1.1; CPU time is that of both JVMs and,"
            + " with Envoy, of both Envoys");
  }

  private static double loadAverage() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
