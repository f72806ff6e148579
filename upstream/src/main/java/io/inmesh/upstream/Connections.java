package io.inmesh.upstream;

import io.inmesh.engine.cluster.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections by address: one request at a time each, a few of them kept for the next. All state is
 * of the one event loop.
 */
final class Connections {
  private static final int MAX_IDLE = 8;
  private static final long IDLE_SECONDS = 30;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final EventLoopGroup group;
  private final Bootstrap bootstrap;
  private final Map<InetSocketAddress, Deque<Channel>> idle = new HashMap<>();

  /** Hears how a request ended. */
  @FunctionalInterface
  interface Outcome {
    /**
     * Called once.
     *
     * @param answered whether a complete response came
     */
    void over(boolean answered);
  }

  /**
   * @param group of one thread
   */
  Connections(EventLoopGroup group, ByteBufAllocator allocator) {
    this.group = group;
    bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.ALLOCATOR, allocator)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpClientCodec(), new Discard());
                  }
                });
  }

  /** Sends a request, from any thread. */
  void send(Endpoint endpoint, FullHttpRequest request, long timeoutNanos, Outcome outcome) {
    InetSocketAddress address = new InetSocketAddress(endpoint.address(), endpoint.port());
    group.execute(() -> dispatch(address, request, timeoutNanos, outcome));
  }

  private void dispatch(
      InetSocketAddress address, FullHttpRequest request, long timeoutNanos, Outcome outcome) {
    Channel kept = takeIdle(address);
    if (kept != null) {
      write(kept, address, request, timeoutNanos, outcome);
      return;
    }
    bootstrap
        .connect(address)
        .addListener(
            (ChannelFuture connected) -> {
              if (connected.isSuccess()) {
                write(connected.channel(), address, request, timeoutNanos, outcome);
              } else {
                request.release();
                outcome.over(false);
              }
            });
  }

  private void write(
      Channel channel,
      InetSocketAddress address,
      FullHttpRequest request,
      long timeoutNanos,
      Outcome outcome) {
    var timeout =
        channel.eventLoop().schedule(() -> channel.close(), timeoutNanos, TimeUnit.NANOSECONDS);
    Discard discard = channel.pipeline().get(Discard.class);
    discard.expect(
        (answered, reusable) -> {
          timeout.cancel(false);
          outcome.over(answered);
          if (answered && reusable) {
            keep(address, channel);
          } else {
            channel.close();
          }
        });
    channel.writeAndFlush(request);
  }

  private @Nullable Channel takeIdle(InetSocketAddress address) {
    Deque<Channel> kept = idle.get(address);
    Channel next = kept == null ? null : kept.pollLast();
    while (kept != null && next != null && !next.isActive()) {
      next = kept.pollLast();
    }
    return next;
  }

  private void keep(InetSocketAddress address, Channel channel) {
    Deque<Channel> kept = idle.computeIfAbsent(address, a -> new ArrayDeque<>());
    if (kept.size() >= MAX_IDLE) {
      channel.close();
      return;
    }
    kept.addLast(channel);
    Discard discard = channel.pipeline().get(Discard.class);
    if (discard.firstKept()) {
      channel.closeFuture().addListener(closed -> forget(address, channel));
      closeWhenIdle(channel, kept, discard);
    }
  }

  private void closeWhenIdle(Channel channel, Deque<Channel> kept, Discard discard) {
    var unused =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (kept.contains(channel) && !discard.wasUsed()) {
                    channel.close();
                  } else if (channel.isActive()) {
                    closeWhenIdle(channel, kept, discard);
                  }
                },
                IDLE_SECONDS,
                TimeUnit.SECONDS);
  }

  private void forget(InetSocketAddress address, Channel channel) {
    Deque<Channel> kept = idle.get(address);
    if (kept != null && kept.remove(channel) && kept.isEmpty()) {
      idle.remove(address);
    }
  }
}
