package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resident memory and live heap of the bare main after three full collections. */
final class MemoryPart {
  private static final double MEGABYTE = 1024.0 * 1024;
  private static final Pattern ANSWERED = Pattern.compile("^first response ms=(\\d+)");
  private static final Pattern LIVE = Pattern.compile("^live bytes=(\\d+)");
  private static final Pattern NATIVE =
      Pattern.compile("-\\s+([A-Za-z][A-Za-z ]*?) \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
  private static final long SETTLE_MILLIS = 2_000;
  private static final long SHORT_SETTLE_MILLIS = 1_000;
  private static final List<String> OPTIONS = List.of("-Xmx256m", "-XX:+UseG1GC");

  private final Lab lab;

  MemoryPart(Lab lab) {
    this.lab = lab;
  }

  /** Megabytes. */
  private record Sample(double resident, double live) {}

  /**
   * Measures.
   *
   * @param manyClusters a control plane with {@link Plan#MORE_CLUSTERS} services more; empty leaves
   *     out what they take
   */
  void run(Optional<ControlPlane> manyClusters) {
    lab.report().begin("memory");
    List<Sample> bare = new ArrayList<>();
    List<Sample> agent = new ArrayList<>();
    List<Sample> many = new ArrayList<>();
    List<Double> envoys = new ArrayList<>();
    for (int i = 0; i < lab.plan().memoryRounds(); i++) {
      bare.add(sample(bareCommand(OPTIONS)));
      agent.add(sample(meshedCommand(OPTIONS, lab.controlPlane())));
      manyClusters.ifPresent(plane -> many.add(sample(meshedCommand(OPTIONS, plane))));
      envoys.add(envoyResident());
    }
    report("bare", bare);
    report("agent, 100 clusters", agent);
    Report report = lab.report();
    report.add("memory", "resident", "one Envoy, 100 clusters", "MB", new Series(envoys));
    report.add(
        Figure.atMost(
                "resident memory with 100 clusters, added",
                "MB",
                resident(agent).minus(resident(bare)),
                80)
            .withAim(60));
    report.add(
        Figure.atMost(
            "live heap with 100 clusters, added", "MB", live(agent).minus(live(bare)), 12));
    if (many.isEmpty()) {
      report.skip("1,000 clusters more, and the split by Native Memory Tracking, with --quick");
      return;
    }
    report("agent, 1,100 clusters", many);
    report.add(
        Figure.atMost("live heap of 1,000 clusters more", "MB", live(many).minus(live(agent)), 6));
    nativeSplit();
  }

  private void report(String variant, List<Sample> samples) {
    lab.report().add("memory", "resident", variant, "MB", resident(samples));
    lab.report().add("memory", "live heap", variant, "MB", live(samples));
  }

  private static Series resident(List<Sample> samples) {
    return new Series(samples.stream().map(Sample::resident).toList());
  }

  private static Series live(List<Sample> samples) {
    return new Series(samples.stream().map(Sample::live).toList());
  }

  private Sample sample(List<String> command) {
    try (Child child = Child.start("memory", command, lab.programs().log("memory"))) {
      double live = settleAndCollect(child);
      return new Sample(child.residentMegabytes(), live);
    }
  }

  private double settleAndCollect(Child child) {
    child.await(ANSWERED);
    settle();
    child.tell("collect");
    return Long.parseLong(child.await(LIVE).group(1)) / MEGABYTE;
  }

  private void settle() {
    try {
      Thread.sleep(lab.plan().quick() ? SHORT_SETTLE_MILLIS : SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private double envoyResident() {
    try (Envoy envoy =
        Envoy.start(
            lab.envoy(),
            lab.programs(),
            "envoy-memory",
            Plan.CLUSTERS,
            lab.targetPort(),
            EnvoyTls.NONE)) {
      settle();
      return envoy.process().residentMegabytes();
    }
  }

  private List<String> bareCommand(List<String> options) {
    return lab.programs()
        .bare(
            Programs.java(),
            options,
            "FirstResponse",
            String.valueOf(lab.selfPort()),
            Services.url("self", lab.selfPort()),
            "hold");
  }

  private List<String> meshedCommand(List<String> options, ControlPlane plane) {
    return lab.programs()
        .meshed(
            Programs.java(),
            options,
            plane.xds(),
            "FirstResponse",
            String.valueOf(lab.selfPort()),
            Services.url("self", Services.PORT),
            "hold");
  }

  /** In JVMs of their own, because the tracking takes memory itself. */
  private void nativeSplit() {
    List<String> options = new ArrayList<>(OPTIONS);
    options.add("-XX:NativeMemoryTracking=summary");
    Map<String, Double> bare = committed(bareCommand(options));
    Map<String, Double> agent = committed(meshedCommand(options, lab.controlPlane()));
    agent.forEach(
        (category, value) -> {
          double added = value - bare.getOrDefault(category, 0.0);
          if (Math.abs(added) >= 0.05) {
            lab.report().add("memory", "NMT " + category, "agent - bare", "MB", Series.of(added));
          }
        });
  }

  private Map<String, Double> committed(List<String> command) {
    try (Child child = Child.start("memory", command, lab.programs().log("memory"))) {
      settleAndCollect(child);
      Path jcmd = Programs.java().resolveSibling("jcmd");
      Process process =
          new ProcessBuilder(jcmd.toString(), "" + child.pid(), "VM.native_memory", "summary")
              .redirectErrorStream(true)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      Map<String, Double> categories = new LinkedHashMap<>();
      Matcher matcher = NATIVE.matcher(text);
      while (matcher.find()) {
        categories.put(matcher.group(1), Long.parseLong(matcher.group(2)) / 1024.0);
      }
      if (categories.isEmpty()) {
        throw new Failure("jcmd VM.native_memory gave no split: " + text);
      }
      return categories;
    } catch (IOException e) {
      throw new Failure("jcmd could not be run: " + e + "; a JDK is needed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }
}
