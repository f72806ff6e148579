package io.inmesh.instrumentation.netty;

import io.inmesh.instrumentation.api.Label;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Before the library looks up a name. */
final class ResolverAdvice {
  /** {@code isResolved}: a label is no name that anybody could look up; null lets Netty tell. */
  @Nullable Object isResolved(Object resolver, @Nullable SocketAddress address) {
    boolean label =
        address instanceof InetSocketAddress internet
            && internet.isUnresolved()
            && Label.port(internet.getHostString()) >= 0;
    return label ? Boolean.TRUE : null;
  }
}
