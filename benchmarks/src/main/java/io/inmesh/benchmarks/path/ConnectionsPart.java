package io.inmesh.benchmarks.path;

import java.util.EnumSet;

/** Plain connections, one a request, through a port that looks at their first bytes. */
final class ConnectionsPart {
  private ConnectionsPart() {}

  static void run(Lab lab, TlsLab tls) {
    Plan plan = lab.plan();
    Comparison<Port> all =
        new Rounds(plan)
            .compare(
                EnumSet.allOf(Port.class),
                port -> new ConnectionsSubject(plan, tls.connections(port)));
    all.addValues(lab.report(), "tls");
    lab.report()
        .add(
            Figure.atLeast(
                "tls: plain connections a second, sniffed / bare",
                "",
                all.ratio(Port.SNIFFING, Port.BARE, ConnectionsSubject.RATE),
                0.97));
  }
}
