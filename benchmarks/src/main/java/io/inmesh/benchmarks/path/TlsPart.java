package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What mutual TLS costs: OkHttp to Tomcat over kept-alive connections. */
final class TlsPart {
  private static final String PART = "tls";
  private static final int SMALL = 1024;
  private static final int LARGE = 1024 * 1024;
  private static final String PACED = "p99 at " + Plan.MODERATE_RATE + "/s";

  private final Lab lab;
  private final TlsLab tls;
  private final Map<TlsPath, List<Sample>> samples = new EnumMap<>(TlsPath.class);

  private TlsPart(Lab lab, TlsLab tls) {
    this.lab = lab;
    this.tls = tls;
  }

  /** One way in one round; times in microseconds. */
  private record Sample(
      double throughput, double cpu, double p50, double p99, double large, double largeCpu) {}

  /** Sums of the slices of a round. */
  private static final class Sums {
    private final Total small = new Total();
    private final Total large = new Total();
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();

    Sample sample() {
      return new Sample(
          small.throughput(),
          small.cpu(),
          new Series(p50).median(),
          new Series(p99).median(),
          large.throughput(),
          large.cpu());
    }
  }

  static void run(Lab lab) {
    try (TlsLab tls = TlsLab.open(lab)) {
      lab.report().begin("mutual TLS");
      TlsPart part = new TlsPart(lab, tls);
      for (int round = 0; round < lab.plan().loadRounds(); round++) {
        part.round();
      }
      part.report();
      lab.report().begin("plain connections beside it");
      new ConnectionsPart(lab, tls).run();
    }
  }

  private void round() {
    Map<TlsPath, Pair> pairs = new EnumMap<>(TlsPath.class);
    try {
      for (TlsPath path : TlsPath.values()) {
        Pair pair = tls.pair(path);
        pairs.put(path, pair);
        warmUp(pair);
      }
      measure(pairs)
          .forEach(
              (path, sums) ->
                  samples.computeIfAbsent(path, p -> new ArrayList<>()).add(sums.sample()));
    } finally {
      pairs.values().forEach(Pair::close);
    }
  }

  private void warmUp(Pair pair) {
    int piece = lab.plan().warmUpPiece();
    for (int millis = 0; millis < lab.plan().warmUp(); millis += piece) {
      boolean settled = pair.run(piece, SMALL, Client.FULL_SPEED).isSettled();
      pair.run(piece / 10, SMALL, Plan.MODERATE_RATE);
      pair.run(piece / 10, LARGE, Client.FULL_SPEED);
      if (settled) {
        break;
      }
    }
  }

  private Map<TlsPath, Sums> measure(Map<TlsPath, Pair> pairs) {
    Map<TlsPath, Sums> all = new EnumMap<>(TlsPath.class);
    for (int slice = 0; slice < lab.plan().slices(); slice++) {
      pairs.forEach(
          (path, pair) -> {
            Sums sums = all.computeIfAbsent(path, p -> new Sums());
            sums.small.add(pair.run(lab.plan().loaded(), SMALL, Client.FULL_SPEED));
            Load paced = pair.run(2 * lab.plan().loaded(), SMALL, Plan.MODERATE_RATE).load();
            sums.p50.add(paced.p50() / 1e3);
            sums.p99.add(paced.p99() / 1e3);
            sums.large.add(pair.run(lab.plan().loaded(), LARGE, Client.FULL_SPEED));
          });
    }
    return all;
  }

  private void report() {
    for (TlsPath path : TlsPath.values()) {
      add("throughput", path, "1/s", Sample::throughput);
      add("CPU time a request", path, "us", Sample::cpu);
      add("p50 at " + Plan.MODERATE_RATE + "/s", path, "us", Sample::p50);
      add(PACED, path, "us", Sample::p99);
      add("throughput, 1 MB", path, "1/s", Sample::large);
      add("CPU time a request, 1 MB", path, "us", Sample::largeCpu);
    }
    for (TlsPath path : List.of(TlsPath.OWN, TlsPath.AGENT, TlsPath.ENVOY)) {
      addRatio("throughput", path, TlsPath.BARE, Sample::throughput);
      addRatio("CPU time a request", path, TlsPath.BARE, Sample::cpu);
      addRatio(PACED, path, TlsPath.BARE, Sample::p99);
      addRatio("throughput, 1 MB", path, TlsPath.BARE, Sample::large);
      addRatio("CPU time a request, 1 MB", path, TlsPath.BARE, Sample::largeCpu);
    }
    addRatio("throughput, 1 MB", TlsPath.AGENT, TlsPath.OWN, Sample::large);
    Report report = lab.report();
    report.add(
        Figure.atLeast(
            "tls: throughput, agent / own https",
            "",
            agentTo(TlsPath.OWN, Sample::throughput),
            0.95));
    report.add(
        Figure.atMost(
            "tls: CPU time a request, agent / own https",
            "",
            agentTo(TlsPath.OWN, Sample::cpu),
            1.10));
    report.add(
        Figure.atLeast(
            "tls: throughput, agent / bare", "", agentTo(TlsPath.BARE, Sample::throughput), 0.80));
    report.add(
        Figure.atLeast(
            "tls: throughput, agent / envoy", "", agentTo(TlsPath.ENVOY, Sample::throughput), 2));
    report.add(
        Figure.atMost(
            "tls: CPU time a request, agent / envoy",
            "",
            agentTo(TlsPath.ENVOY, Sample::cpu),
            0.5));
    report.add(
        Figure.atMost(
            "tls: " + PACED + ", agent - own https",
            "ms",
            series(TlsPath.AGENT, Sample::p99).minus(series(TlsPath.OWN, Sample::p99)).times(1e-3),
            0.1));
  }

  private Series series(TlsPath path, ToDoubleFunction<Sample> value) {
    return new Series(
        samples.getOrDefault(path, List.of()).stream().map(value::applyAsDouble).toList());
  }

  private Series agentTo(TlsPath other, ToDoubleFunction<Sample> value) {
    return series(TlsPath.AGENT, value).dividedBy(series(other, value));
  }

  private void add(String what, TlsPath path, String unit, ToDoubleFunction<Sample> value) {
    lab.report().add(PART, what, path.label(), unit, series(path, value));
  }

  private void addRatio(String what, TlsPath path, TlsPath other, ToDoubleFunction<Sample> value) {
    lab.report()
        .add(
            PART,
            what,
            path.label() + " / " + other.label(),
            "ratio",
            series(path, value).dividedBy(series(other, value)));
  }
}
