package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.instrumentation.api.Acquaintances;
import java.net.http.HttpHeaders;
import java.util.function.BiPredicate;

/** Leaves the peer metadata out of requests over connections whose peer has it already. */
final class PeerAdvice {
  private final Internals internals;
  private final Acquaintances<Object> peers = new Acquaintances<>();

  PeerAdvice(Internals internals) {
    this.internals = internals;
  }

  /**
   * {@code Http1Request.collectHeaders1(StringBuilder, HttpHeaders, BiPredicate)}: what is sent.
   */
  BiPredicate<String, String> sent(
      Object http1, StringBuilder head, HttpHeaders headers, BiPredicate<String, String> filter) {
    return peers.isTold(internals.connectionOfHttp1(http1))
        ? (name, value) -> !PeerMetadata.isName(name) && filter.test(name, value)
        : filter;
  }

  /** An answer has come over HTTP/1.1 and the mesh's TLS. */
  void answered(Object exchange, ResponseHeadView head) {
    peers.answered(internals.connection(exchange), head);
  }
}
