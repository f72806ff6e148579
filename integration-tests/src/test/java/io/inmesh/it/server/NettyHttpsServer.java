package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.TestCa;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.time.Instant;

/** Netty to which the app has given TLS of its own. */
public final class NettyHttpsServer extends NettyServer {
  private final SslContext tls;

  public NettyHttpsServer() throws Exception {
    TestCa.Signed own =
        TestCa.stranger().sign("own.example", "app", Instant.now().plus(Duration.ofHours(1)));
    tls = SslContextBuilder.forServer(own.key(), own.chain()).build();
  }

  @Override
  protected void secure(Channel channel) {
    channel.pipeline().addLast(tls.newHandler(channel.alloc()));
  }
}
