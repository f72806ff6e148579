package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.List;

/** Plain connections, one a request, through a port that looks at their first bytes. */
final class ConnectionsPart {
  private static final String PART = "tls";
  private static final String WHAT = "plain connections";
  private static final int NO_BODY = 0;

  private final Lab lab;
  private final TlsLab tls;
  private final List<Total> bare = new ArrayList<>();
  private final List<Total> sniffed = new ArrayList<>();

  ConnectionsPart(Lab lab, TlsLab tls) {
    this.lab = lab;
    this.tls = tls;
  }

  void run() {
    for (int round = 0; round < lab.plan().loadRounds(); round++) {
      round();
    }
    Report report = lab.report();
    Series rate = throughput(bare);
    Series sniffedRate = throughput(sniffed);
    report.add(PART, WHAT, "bare", "1/s", rate);
    report.add(PART, WHAT, "agent, PERMISSIVE", "1/s", sniffedRate);
    report.add(PART, "CPU time a plain connection", "bare", "us", cpu(bare));
    report.add(PART, "CPU time a plain connection", "agent, PERMISSIVE", "us", cpu(sniffed));
    report.add(
        Figure.atLeast(
            "tls: plain connections a second, sniffed / bare",
            "",
            sniffedRate.dividedBy(rate),
            0.97));
  }

  private void round() {
    try (Pair unmeshed = tls.unmeshedConnections();
        Pair meshed = tls.sniffedConnections()) {
      warmUp(unmeshed);
      warmUp(meshed);
      Total unmeshedTotal = new Total();
      Total meshedTotal = new Total();
      for (int slice = 0; slice < lab.plan().slices(); slice++) {
        unmeshedTotal.add(connect(unmeshed, lab.plan().loaded()));
        meshedTotal.add(connect(meshed, lab.plan().loaded()));
      }
      bare.add(unmeshedTotal);
      sniffed.add(meshedTotal);
    }
  }

  private void warmUp(Pair pair) {
    int piece = lab.plan().warmUpPiece();
    for (int millis = 0; millis < lab.plan().warmUp(); millis += piece) {
      if (connect(pair, piece).isSettled()) {
        break;
      }
    }
  }

  private static Pair.Result connect(Pair pair, int millis) {
    return pair.run(millis, NO_BODY, Client.FULL_SPEED);
  }

  private static Series throughput(List<Total> rounds) {
    return new Series(rounds.stream().map(Total::throughput).toList());
  }

  private static Series cpu(List<Total> rounds) {
    return new Series(rounds.stream().map(Total::cpu).toList());
  }
}
