package io.inmesh.it.sidecar;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;

/**
 * The TLS handshakes of a sidecar, certificate by certificate, by Envoy's counters. Not
 * thread-safe.
 */
final class HandshakeCount {
  private final Sidecar sidecar;
  private final List<Sample> samples = new ArrayList<>();

  private record Sample(long all, long resumed) {}

  HandshakeCount(Sidecar sidecar) {
    this.sidecar = sidecar;
  }

  /** Another certificate is about to be shown. */
  void next() throws IOException {
    samples.add(new Sample(sidecar.stat("ssl.handshake"), sidecar.stat("ssl.session_reused")));
  }

  /** Full ones, for each certificate that was shown to its end. */
  LongSummaryStatistics full() {
    LongSummaryStatistics out = new LongSummaryStatistics();
    for (int i = 1; i < samples.size(); i++) {
      out.accept(all(i) - resumed(i));
    }
    return out;
  }

  /** Those that resumed a session, for each certificate that was shown to its end. */
  LongSummaryStatistics resumed() {
    LongSummaryStatistics out = new LongSummaryStatistics();
    for (int i = 1; i < samples.size(); i++) {
      out.accept(resumed(i));
    }
    return out;
  }

  private long all(int i) {
    return samples.get(i).all - samples.get(i - 1).all;
  }

  private long resumed(int i) {
    return samples.get(i).resumed - samples.get(i - 1).resumed;
  }
}
