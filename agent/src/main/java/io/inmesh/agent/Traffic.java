package io.inmesh.agent;

import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RouteDecision;
import io.inmesh.instrumentation.api.Exchange;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts decisions and the ends of exchanges, for the telemetry endpoint. Thread-safe, lock-free.
 */
final class Traffic implements Exchange.Listener {
  private final LongAdder routed = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder passed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final Map<Exchange.End, LongAdder> ends = new EnumMap<>(Exchange.End.class);

  Traffic() {
    for (Exchange.End end : Exchange.End.values()) {
      ends.put(end, new LongAdder());
    }
  }

  void decided(Decision decision) {
    if (decision instanceof RouteDecision || decision instanceof Decision.TcpRoute) {
      routed.increment();
    } else if (decision instanceof Decision.Passthrough) {
      passed.increment();
    } else if (decision instanceof LocalReply) {
      answered.increment();
    } else if (decision instanceof Decision.Refusal) {
      refused.increment();
    }
  }

  void opened() {
    opened.increment();
  }

  @Override
  public void ended(Exchange exchange, Exchange.End end) {
    exchange.flow().onEnd(System.nanoTime());
    LongAdder count = ends.get(end);
    if (count != null) {
      count.increment();
    }
  }

  /** The counters in Prometheus' text form. */
  String prometheus() {
    StringBuilder out = new StringBuilder(512);
    out.append("# TYPE inmesh_decisions_total counter\n");
    decision(out, "routed", routed);
    decision(out, "local_reply", answered);
    decision(out, "passthrough", passed);
    decision(out, "refused", refused);
    out.append("# TYPE inmesh_requests_opened_total counter\ninmesh_requests_opened_total ")
        .append(opened.sum())
        .append('\n');
    out.append("# TYPE inmesh_requests_ended_total counter\n");
    ends.forEach(
        (end, count) ->
            out.append("inmesh_requests_ended_total{end=\"")
                .append(end.name().toLowerCase(java.util.Locale.ROOT))
                .append("\"} ")
                .append(count.sum())
                .append('\n'));
    return out.toString();
  }

  private static void decision(StringBuilder out, String kind, LongAdder count) {
    out.append("inmesh_decisions_total{kind=\"")
        .append(kind)
        .append("\"} ")
        .append(count.sum())
        .append('\n');
  }
}
