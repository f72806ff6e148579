package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.LocalReply;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.LabelledHost;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh has made of one hop of a call, read by the library's own code while it connects and
 * writes the head. Fields are set before an attempt starts and read by the threads that carry it
 * out, hence volatile.
 */
final class Hop {
  /** Set where the mesh answers in the upstream's place. */
  volatile @Nullable LocalReply reply;

  /** Set once an engine decision is carried out. */
  volatile @Nullable HopDriver driver;

  /** Where to connect; null connects where the app asked. */
  volatile @Nullable InetSocketAddress address;

  /** Whether the mesh's TLS is spoken below the library. */
  volatile boolean secured;

  volatile @Nullable String path;
  volatile @Nullable String authority;
  volatile @Nullable HttpHeaders userHeaders;

  /** The exchange whose body is being dropped for a retry. */
  volatile @Nullable Object discarding;

  /** The next connection is made as {@code to} says; the app's own TLS stays. */
  void connectTo(LabelledHost to, JdkRequestHead head) throws UnknownHostException {
    boolean ownTls = head.scheme().equals("https");
    secured = to.tls().isPresent() && !ownTls;
    if (to.host().isOriginalDestination()) {
      address = null;
    } else {
      address = ownTls ? new OwnTlsAddress(to, head.host()) : to.address();
    }
  }

  /** Counts bytes of the response body. */
  void received(long bytes) {
    HopDriver current = driver;
    if (current != null) {
      current.received(bytes);
    }
  }

  /** Ends the record of the hop; no effect where there is none. */
  void end(Exchange.End how) {
    HopDriver current = driver;
    if (current != null) {
      current.ended(
          reply == null || how == Exchange.End.CANCELLED ? how : Exchange.End.LOCAL_REPLY);
    }
  }
}
