package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.IdentityMap;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** The hops under way, by the library's request object, of which there is one a hop. */
final class Hops {
  private final IdentityMap<HttpRequest, Hop> hops =
      new IdentityMap<>(hop -> hop.end(Exchange.End.ABANDONED));

  @Nullable Hop get(HttpRequest request) {
    return hops.get(request);
  }

  Hop open(HttpRequest request) {
    Hop hop = new Hop();
    hops.put(request, hop);
    return hop;
  }

  /** The hop is over: its record ends and its request is the library's own again. */
  void close(HttpRequest request, Exchange.End how) {
    Hop hop = hops.remove(request);
    if (hop != null) {
      hop.end(how);
    }
  }
}
