package io.inmesh.upstream;

import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** A connection, and bytes there and back. */
final class TcpExchange extends HealthExchange {
  // What comes is kept until it matches; a host that talks on must not fill the heap.
  private static final int MOST = 64 << 10;

  private final HealthProbe.Tcp probe;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  TcpExchange(
      HealthProbe.Tcp probe,
      Host host,
      EventLoop loop,
      boolean reuse,
      Consumer<HealthCheckResult> outcome) {
    super(host, loop, reuse, outcome);
    this.probe = probe;
  }

  @Override
  ChannelHandler[] handlers() {
    return new ChannelHandler[] {
      new SimpleChannelInboundHandler<ByteBuf>() {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
          read(bytes);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
          context.close();
        }
      }
    };
  }

  @Override
  void ask(Channel open) {
    received.reset();
    Payload send = probe.send();
    if (!send.isEmpty()) {
      open.writeAndFlush(Unpooled.wrappedBuffer(send.bytes()));
    }
    if (probe.receive().isEmpty()) {
      end(HealthCheckResult.SUCCESS, false);
    }
  }

  private void read(ByteBuf bytes) {
    int room = Math.min(bytes.readableBytes(), MOST - received.size());
    byte[] part = new byte[room];
    bytes.readBytes(part);
    received.writeBytes(part);
    if (Payload.inOrder(probe.receive(), received.toByteArray())) {
      received.reset();
      end(HealthCheckResult.SUCCESS, true);
    }
  }

  // To Envoy a TCP connection that the host ends is a failure even between checks.
  @Override
  void closedIdle() {
    report(HealthCheckResult.NETWORK_FAILURE);
  }
}
