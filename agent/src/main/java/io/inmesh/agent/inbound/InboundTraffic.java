package io.inmesh.agent.inbound;

import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of connections and requests. Thread-safe. */
final class InboundTraffic {
  private final LongAdder clear = new LongAdder();
  private final LongAdder secured = new LongAdder();
  private final LongAdder resumed = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder admitted = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder plaintextPaths = new LongAdder();

  void clear() {
    clear.increment();
  }

  /**
   * @param fromEarlierSession whether its handshake resumed a session
   */
  void secured(boolean fromEarlierSession) {
    secured.increment();
    if (fromEarlierSession) {
      resumed.increment();
    }
  }

  void closed() {
    closed.increment();
  }

  void admitted() {
    admitted.increment();
  }

  void answered() {
    answered.increment();
  }

  void ended() {
    ended.increment();
  }

  void onPlaintextPath() {
    plaintextPaths.increment();
  }

  /** The counters in Prometheus' text form. */
  String prometheus() {
    StringBuilder out = new StringBuilder(512);
    out.append("# TYPE inmesh_inbound_connections_total counter\n");
    line(out, "inmesh_inbound_connections_total{kind=\"clear\"} ", clear);
    line(out, "inmesh_inbound_connections_total{kind=\"tls\"} ", secured);
    line(out, "inmesh_inbound_connections_total{kind=\"closed\"} ", closed);
    out.append("# TYPE inmesh_inbound_sessions_resumed_total counter\n");
    line(out, "inmesh_inbound_sessions_resumed_total ", resumed);
    out.append("# TYPE inmesh_inbound_requests_total counter\n");
    line(out, "inmesh_inbound_requests_total{kind=\"admitted\"} ", admitted);
    line(out, "inmesh_inbound_requests_total{kind=\"local_reply\"} ", answered);
    line(out, "inmesh_inbound_requests_total{kind=\"plaintext_path\"} ", plaintextPaths);
    out.append("# TYPE inmesh_inbound_requests_ended_total counter\n");
    line(out, "inmesh_inbound_requests_ended_total ", ended);
    return out.toString();
  }

  private static void line(StringBuilder out, String name, LongAdder count) {
    out.append(name).append(count.sum()).append('\n');
  }
}
