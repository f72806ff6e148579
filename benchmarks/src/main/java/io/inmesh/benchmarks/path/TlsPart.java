package io.inmesh.benchmarks.path;

import java.util.List;

/** What mutual TLS costs: OkHttp to Tomcat over kept-alive connections. */
final class TlsPart {
  private static final String PART = "tls";

  private static final List<Quantity> COMPARED =
      List.of(
          Quantity.THROUGHPUT,
          Quantity.CPU,
          TlsSubject.PACED_P99,
          TlsSubject.LARGE,
          TlsSubject.LARGE_CPU);

  private final Report report;
  private final Comparison<TlsPath> all;

  private TlsPart(Report report, Comparison<TlsPath> all) {
    this.report = report;
    this.all = all;
  }

  static void run(Lab lab) {
    try (TlsLab tls = TlsLab.open(lab)) {
      lab.report().begin("mutual TLS");
      Plan plan = lab.plan();
      Comparison<TlsPath> all =
          new Rounds(plan).compare(plan.tlsPaths(), path -> new TlsSubject(plan, tls.pair(path)));
      new TlsPart(lab.report(), all).report();
      if (plan.quick()) {
        lab.report().skip("plain connections, with --quick");
        return;
      }
      lab.report().begin("plain connections beside it");
      ConnectionsPart.run(lab, tls);
    }
  }

  private void report() {
    all.addValues(report, PART);
    for (TlsPath path : List.of(TlsPath.OWN, TlsPath.HEADERS, TlsPath.AGENT, TlsPath.ENVOY)) {
      all.addRatios(report, PART, path, TlsPath.BARE, COMPARED);
    }
    for (TlsPath path : List.of(TlsPath.HEADERS, TlsPath.AGENT)) {
      all.addRatios(report, PART, path, TlsPath.OWN, List.of(Quantity.THROUGHPUT, Quantity.CPU));
    }
    List<Quantity> large = List.of(TlsSubject.LARGE, TlsSubject.LARGE_CPU);
    all.addRatios(report, PART, TlsPath.AGENT, TlsPath.OWN, large);
    if (all.has(TlsPath.BARE)) {
      report.add(
          PART,
          "added " + TlsSubject.PACED_P99.what(),
          "agent - bare",
          "ms",
          all.addedMillis(TlsPath.AGENT, TlsPath.BARE, TlsSubject.PACED_P99));
      atLeast(TlsPath.BARE, Quantity.THROUGHPUT, 0.80);
    }
    atLeast(TlsPath.OWN, Quantity.THROUGHPUT, 0.95);
    atMost(TlsPath.OWN, Quantity.CPU, 1.10);
    atLeast(TlsPath.ENVOY, Quantity.THROUGHPUT, 2);
    atMost(TlsPath.ENVOY, Quantity.CPU, 0.5);
    report.add(
        Figure.atMost(
            "tls: added " + TlsSubject.PACED_P99.what() + ", agent - own https",
            "ms",
            all.addedMillis(TlsPath.AGENT, TlsPath.OWN, TlsSubject.PACED_P99),
            0.1));
  }

  private void atLeast(TlsPath other, Quantity what, double target) {
    report.add(Figure.atLeast(name(other, what), "", agentTo(other, what), target));
  }

  private void atMost(TlsPath other, Quantity what, double target) {
    report.add(Figure.atMost(name(other, what), "", agentTo(other, what), target));
  }

  private static String name(TlsPath other, Quantity what) {
    return "tls: " + what.what() + ", agent / " + other;
  }

  private Series agentTo(TlsPath other, Quantity what) {
    return all.ratio(TlsPath.AGENT, other, what);
  }
}
