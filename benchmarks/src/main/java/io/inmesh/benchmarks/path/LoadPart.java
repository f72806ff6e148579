package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.List;

/** Throughput, latency and CPU time a request, of one client library. */
final class LoadPart {
  private static final List<Quantity> COMPARED =
      List.of(Quantity.THROUGHPUT, Quantity.CPU, LoadSubject.P50, LoadSubject.P99);

  private final Lab lab;
  private final String library;
  private final Sidecars sidecars;

  /**
   * Prepares.
   *
   * @param library jdk or okhttp
   */
  LoadPart(Lab lab, String library, Sidecars sidecars) {
    this.lab = lab;
    this.library = library;
    this.sidecars = sidecars;
  }

  void run() {
    lab.report().begin("load, " + library);
    report(new Rounds(lab.plan()).compare(lab.plan().variants(), this::start));
  }

  private Subject start(Variant variant) {
    String name = "client-" + library + "-" + variant;
    return new LoadSubject(
        lab.plan(),
        Client.start(name, command(variant), lab.programs()),
        variant == Variant.ENVOY ? sidecars::cpuNanos : () -> 0);
  }

  private List<String> command(Variant variant) {
    List<String> options = List.of("-Xmx256m");
    return switch (variant) {
      case BARE, HEADERS -> {
        List<String> arguments =
            new ArrayList<>(List.of(library, Services.url("target", lab.targetPort())));
        if (variant == Variant.HEADERS) {
          arguments.addAll(SidecarHeaders.toAnybody());
        }
        yield lab.programs()
            .bare(Programs.java(), options, "LoadClient", arguments.toArray(new String[0]));
      }
      case ENVOY ->
          lab.programs()
              .bare(
                  Programs.java(),
                  options,
                  "LoadClient",
                  library,
                  Services.url("target", sidecars.port()));
      case AGENT ->
          lab.programs()
              .meshed(
                  Programs.java(),
                  options,
                  lab.controlPlane().xds(),
                  "LoadClient",
                  library,
                  Services.url("target", Services.PORT));
    };
  }

  private void report(Comparison<Variant> all) {
    Report report = lab.report();
    String part = "load " + library;
    all.addValues(report, part);
    for (Variant variant : List.of(Variant.HEADERS, Variant.AGENT, Variant.ENVOY)) {
      all.addRatios(report, part, variant, Variant.BARE, COMPARED);
    }
    report.add(
        Figure.atMost(
            library + ": CPU time a request, agent / bare",
            "",
            all.ratio(Variant.AGENT, Variant.BARE, Quantity.CPU),
            1.10));
    report.add(
        Figure.atLeast(
            library + ": throughput, agent / bare",
            "",
            all.ratio(Variant.AGENT, Variant.BARE, Quantity.THROUGHPUT),
            0.95));
    for (Quantity what : List.of(LoadSubject.P50_ALONE, LoadSubject.P50)) {
      report.add(
          Figure.atMost(
              library + ": added " + what.what(),
              "ms",
              all.addedMillis(Variant.AGENT, Variant.BARE, what),
              0.05));
    }
  }
}
