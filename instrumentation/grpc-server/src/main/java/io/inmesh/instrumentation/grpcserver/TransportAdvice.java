package io.inmesh.instrumentation.grpcserver;

import io.grpc.Attributes;
import io.inmesh.instrumentation.api.Admission;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/** Where a transport of a server is ready to take calls. On the channel's event loop. */
final class TransportAdvice {
  private static final AttributeKey<Boolean> ADMITTING =
      AttributeKey.valueOf(Admission.class.getName());

  private final Servers servers;
  private final Transports transports;
  private final Internals internals;

  TransportAdvice(Servers servers, Transports transports, Internals internals) {
    this.servers = servers;
    this.transports = transports;
    this.internals = internals;
  }

  /**
   * {@code handleProtocolNegotiationCompleted(Attributes, Security)}: the attributes that its calls
   * will have.
   */
  Attributes attributes(Object handler, Attributes attributes) {
    if (!servers.asks(internals.tracers(handler))) {
      return attributes;
    }
    Channel channel = internals.channel(handler);
    channel.attr(ADMITTING).set(true);
    return transports.with(attributes, channel);
  }
}
