package io.inmesh.upstream;

import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthCheckTarget;
import io.inmesh.engine.cluster.Host;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one host is asked, over a connection that may be kept. Everything happens on the event loop.
 */
abstract class HealthExchange {
  private static final UnpooledByteBufAllocator ALLOCATOR =
      new UnpooledByteBufAllocator(false, true);

  private final Host host;
  private final EventLoop loop;
  private final boolean reuse;
  private final Consumer<HealthCheckResult> outcome;
  private @Nullable Channel channel;
  private boolean running;

  HealthExchange(Host host, EventLoop loop, boolean reuse, Consumer<HealthCheckResult> outcome) {
    this.host = host;
    this.loop = loop;
    this.reuse = reuse;
    this.outcome = outcome;
  }

  /** What speaks the protocol on a new connection. */
  abstract ChannelHandler[] handlers();

  /** Asks, on a connection that is open. */
  abstract void ask(Channel open);

  /** A connection that nobody uses was closed by the host. */
  void closedIdle() {}

  final Host host() {
    return host;
  }

  /** Starts an exchange; the outcome hears of it once, unless it is abandoned. */
  final void begin() {
    running = true;
    Channel kept = channel;
    if (kept != null && kept.isActive()) {
      tryAsk(kept);
      return;
    }
    ChannelFuture connecting = bootstrap().connect(address(host.endpoint()));
    Channel opened = connecting.channel();
    channel = opened;
    opened.closeFuture().addListener(closed -> closed(opened));
    connecting.addListener(
        (ChannelFuture connected) -> {
          if (connected.isSuccess() && channel == opened) {
            tryAsk(opened);
          }
        });
  }

  private void tryAsk(Channel open) {
    try {
      ask(open);
    } catch (IllegalArgumentException e) {
      // A header or path that the protocol cannot write.
      end(HealthCheckResult.NETWORK_FAILURE, false);
    }
  }

  /** Ends it without an outcome. */
  final void abandon() {
    running = false;
    drop();
  }

  /**
   * The host has answered.
   *
   * @param reusable whether the connection can be used again
   */
  final void end(HealthCheckResult result, boolean reusable) {
    if (!running) {
      return;
    }
    running = false;
    if (!reusable || !reuse) {
      drop();
    }
    outcome.accept(result);
  }

  /** Says what came of an exchange that was over. */
  final void report(HealthCheckResult result) {
    outcome.accept(result);
  }

  private void drop() {
    Channel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  private void closed(Channel which) {
    if (channel != which) {
      return;
    }
    channel = null;
    if (running) {
      end(HealthCheckResult.NETWORK_FAILURE, false);
    } else {
      closedIdle();
    }
  }

  private Bootstrap bootstrap() {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.ALLOCATOR, ALLOCATOR)
        .option(ChannelOption.TCP_NODELAY, true)
        // The timeout of the check holds for the connection too.
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel opened) {
                opened.pipeline().addLast(handlers());
              }
            });
  }

  private static InetSocketAddress address(Endpoint endpoint) {
    HealthCheckTarget target = endpoint.healthCheck();
    return new InetSocketAddress(
        target.address().isEmpty() ? endpoint.address() : target.address(),
        target.port() == 0 ? endpoint.port() : target.port());
  }
}
