package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Throughput, latency and CPU time a request, of one client library. */
final class LoadPart {
  /** In names and length those of the agent, so of a sidecar. */
  private static final List<String> MESH_HEADERS =
      List.of(
          "x-envoy-attempt-count",
          "1",
          "x-envoy-decorator-operation",
          "target.bench.svc.cluster.local:8080/*",
          "x-envoy-peer-metadata",
          "m".repeat(300),
          "x-envoy-peer-metadata-id",
          "sidecar~127.0.0.1~loadclient.bench~bench.svc.cluster.local",
          "x-forwarded-proto",
          "http",
          "x-request-id",
          "00000000-0000-4000-8000-000000000000");

  private final Lab lab;
  private final String library;
  private final List<Envoy> sidecars;
  private final Map<Variant, List<Sample>> samples = new EnumMap<>(Variant.class);

  /**
   * Prepares.
   *
   * @param library jdk or okhttp
   * @param sidecars the client's and the server's Envoy
   */
  LoadPart(Lab lab, String library, List<Envoy> sidecars) {
    this.lab = lab;
    this.library = library;
    this.sidecars = List.copyOf(sidecars);
  }

  /** One variant in one round; times in microseconds. */
  private record Sample(
      double throughput, double cpu, double p50, double p99, double p50Alone, double p99Alone) {}

  /** Sums of the slices of a round. */
  private static final class Sums {
    private long requests;
    private long nanos;
    private long cpu;
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> p50Alone = new ArrayList<>();
    private final List<Double> p99Alone = new ArrayList<>();

    Sample sample() {
      return new Sample(
          requests * 1e9 / nanos,
          cpu / 1e3 / requests,
          new Series(p50).median(),
          new Series(p99).median(),
          new Series(p50Alone).median(),
          new Series(p99Alone).median());
    }
  }

  void run() {
    lab.report().begin("load, " + library);
    for (int round = 0; round < lab.plan().loadRounds(); round++) {
      round();
    }
    report();
  }

  private void round() {
    Map<Variant, Client> clients = new EnumMap<>(Variant.class);
    try {
      for (Variant variant : Variant.values()) {
        Client client =
            Client.start(
                "client-" + library + "-" + variant.label(), command(variant), lab.programs());
        clients.put(variant, client);
        warmUp(client);
      }
      measure(clients)
          .forEach(
              (variant, sums) ->
                  samples.computeIfAbsent(variant, v -> new ArrayList<>()).add(sums.sample()));
    } finally {
      clients.values().forEach(Client::close);
    }
  }

  /**
   * Until the JVM compiles next to nothing any more: what it still compiles would count as the cost
   * of a request, and more classes take longer.
   */
  private void warmUp(Client client) {
    for (int millis = 0; millis < lab.plan().warmUp(); millis += lab.plan().warmUpPiece()) {
      Load load = client.run(Plan.CALLERS, lab.plan().warmUpPiece());
      client.run(1, lab.plan().warmUpPiece() / 10);
      if (load.jit() < Plan.SETTLED * load.cpu()) {
        break;
      }
    }
  }

  private Map<Variant, Sums> measure(Map<Variant, Client> clients) {
    Map<Variant, Sums> all = new EnumMap<>(Variant.class);
    for (int slice = 0; slice < lab.plan().slices(); slice++) {
      clients.forEach(
          (variant, client) -> {
            Sums sums = all.computeIfAbsent(variant, v -> new Sums());
            long envoys = envoyCpu(variant);
            Load loaded = client.run(Plan.CALLERS, lab.plan().loaded());
            sums.requests += loaded.requests();
            sums.nanos += loaded.nanos();
            sums.cpu += loaded.cpu() + envoyCpu(variant) - envoys;
            sums.p50.add(loaded.p50() / 1e3);
            sums.p99.add(loaded.p99() / 1e3);
            Load alone = client.run(1, lab.plan().alone());
            sums.p50Alone.add(alone.p50() / 1e3);
            sums.p99Alone.add(alone.p99() / 1e3);
          });
    }
    return all;
  }

  private long envoyCpu(Variant variant) {
    return variant == Variant.ENVOY
        ? sidecars.stream().mapToLong(e -> e.process().cpuNanos()).sum()
        : 0;
  }

  private List<String> command(Variant variant) {
    List<String> options = List.of("-Xmx256m");
    return switch (variant) {
      case BARE, HEADERS -> {
        List<String> arguments =
            new ArrayList<>(List.of(library, Services.url("target", lab.targetPort())));
        if (variant == Variant.HEADERS) {
          arguments.addAll(MESH_HEADERS);
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
                  Services.url("target", sidecars.get(0).port()));
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

  private Series series(Variant variant, ToDoubleFunction<Sample> value) {
    return new Series(
        samples.getOrDefault(variant, List.of()).stream().map(value::applyAsDouble).toList());
  }

  private void report() {
    for (Variant variant : Variant.values()) {
      add("throughput", variant, "1/s", Sample::throughput);
      add("CPU time a request", variant, "us", Sample::cpu);
      add("p50, " + Plan.CALLERS + " callers", variant, "us", Sample::p50);
      add("p99, " + Plan.CALLERS + " callers", variant, "us", Sample::p99);
      add("p50, one caller", variant, "us", Sample::p50Alone);
      add("p99, one caller", variant, "us", Sample::p99Alone);
    }
    Series bareCpu = series(Variant.BARE, Sample::cpu);
    Series bareThroughput = series(Variant.BARE, Sample::throughput);
    for (Variant variant : List.of(Variant.HEADERS, Variant.AGENT, Variant.ENVOY)) {
      ratio("throughput", variant, Sample::throughput);
      ratio("CPU time a request", variant, Sample::cpu);
      ratio("p50, " + Plan.CALLERS + " callers", variant, Sample::p50);
      ratio("p99, " + Plan.CALLERS + " callers", variant, Sample::p99);
    }
    Report report = lab.report();
    report.add(
        Figure.atMost(
            library + ": CPU time a request, agent / bare",
            "",
            series(Variant.AGENT, Sample::cpu).dividedBy(bareCpu),
            1.10));
    report.add(
        Figure.atLeast(
            library + ": throughput, agent / bare",
            "",
            series(Variant.AGENT, Sample::throughput).dividedBy(bareThroughput),
            0.95));
    report.add(
        Figure.atMost(
            library + ": added p50, one caller",
            "ms",
            series(Variant.AGENT, Sample::p50Alone)
                .minus(series(Variant.BARE, Sample::p50Alone))
                .times(1e-3),
            0.05));
    report.add(
        Figure.atMost(
            library + ": added p50, " + Plan.CALLERS + " callers",
            "ms",
            series(Variant.AGENT, Sample::p50).minus(series(Variant.BARE, Sample::p50)).times(1e-3),
            0.05));
  }

  private void add(String what, Variant variant, String unit, ToDoubleFunction<Sample> value) {
    lab.report().add("load " + library, what, variant.label(), unit, series(variant, value));
  }

  private void ratio(String what, Variant variant, ToDoubleFunction<Sample> value) {
    lab.report()
        .add(
            "load " + library,
            what,
            variant.label() + " / bare",
            "ratio",
            series(variant, value).dividedBy(series(Variant.BARE, value)));
  }
}
