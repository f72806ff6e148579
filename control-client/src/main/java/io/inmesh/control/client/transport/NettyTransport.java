package io.inmesh.control.client.transport;

import io.inmesh.tls.CredentialsKeyManager;
import io.inmesh.tls.Identity;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC over Netty's HTTP/2, plaintext or TLS, on one daemon thread named {@code inmesh-io}. Small
 * on purpose: each class that is loaded costs start-up time and memory of the app.
 */
public final class NettyTransport implements GrpcTransport {
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final long KEEPALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long MAX_KEEPALIVE_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ControlPlaneAddress address;
  private final String peer;
  private final EventLoopGroup group;
  private final EventThread thread = new LoopThread();
  private long keepaliveNanos;
  private volatile Optional<Identity> identity = Optional.empty();

  // Event thread. A server that trusts the certificate no more ends the handshake before it sees
  // the token: after a call that it did not answer the token comes alone.
  private boolean tokenAlone;

  /** Starts the thread when the first task or stream comes; nothing is connected yet. */
  public NettyTransport(ControlPlaneAddress address) {
    this(address, "the control plane", group());
  }

  private NettyTransport(ControlPlaneAddress address, String peer, EventLoopGroup group) {
    this.address = address;
    this.peer = peer;
    // On a Unix socket the end of a process is seen at once, and some servers forbid to ask.
    this.keepaliveNanos = address.unixSocket() == null ? KEEPALIVE_NANOS : MAX_KEEPALIVE_NANOS;
    this.group = group;
  }

  /** To another address, on the same thread; closing one closes both. */
  public NettyTransport to(ControlPlaneAddress other) {
    return to(other, peer);
  }

  /**
   * The same to somebody else.
   *
   * @param who people are told about
   */
  public NettyTransport to(ControlPlaneAddress other, String who) {
    return new NettyTransport(other, who, group);
  }

  /** Shows a certificate to servers that ask for one, from the next connection on. */
  public void present(Optional<Identity> own) {
    identity = own;
  }

  private static EventLoopGroup group() {
    // Netty would otherwise look for a logging library and fall back to that of the JDK.
    InternalLoggerFactory.setDefaultFactory(new QuietNettyLog());
    return new MultiThreadIoEventLoopGroup(1, NettyTransport::daemon, NioIoHandler.newFactory());
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(null, task, "inmesh-io", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public EventThread thread() {
    return thread;
  }

  @Override
  public GrpcStream open(
      String method, Map<String, String> metadata, GrpcStream.Listener listener) {
    Optional<String> token = token();
    Optional<Identity> shown = tokenAlone && token.isPresent() ? Optional.empty() : identity;
    Stream stream = new Stream(listener, token.isPresent() && shown.isPresent());
    try {
      GrpcConnection connection =
          GrpcConnection.create(
              new GrpcConnection.Call(
                  peer,
                  headers(method, metadata, token),
                  stream,
                  keepaliveNanos,
                  this::slowDownKeepalive));
      stream.connection = connection;
      @Nullable ClientTls tls =
          address.tls()
              ? ClientTls.read(
                  address, new CredentialsKeyManager(() -> shown.map(Identity::credentials)))
              : null;
      ChannelFuture connecting =
          bootstrap()
              .group(group)
              .option(ChannelOption.ALLOCATOR, new HeapBuffers())
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      if (tls != null) {
                        channel.pipeline().addLast(tls.handler(connection));
                      }
                      channel.pipeline().addLast(connection);
                    }
                  })
              .connect(address.socketAddress());
      stream.channel = connecting.channel();
      connecting.addListener(
          done -> {
            if (!done.isSuccess()) {
              stream.fail(done.cause());
            }
          });
    } catch (IOException | IllegalArgumentException e) {
      thread.execute(() -> stream.fail(e));
    }
    return stream;
  }

  @Override
  public String credentials() {
    Path file = address.tokenFile();
    return file == null ? "" : new TokenFile(file).describe(Instant.now());
  }

  private void slowDownKeepalive() {
    keepaliveNanos = Math.min(keepaliveNanos * 2, MAX_KEEPALIVE_NANOS);
  }

  private Bootstrap bootstrap() {
    return address.unixSocket() != null
        ? new Bootstrap().channel(NioDomainSocketChannel.class)
        : new Bootstrap()
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true);
  }

  private Optional<String> token() {
    Path file = address.tokenFile();
    return file == null ? Optional.empty() : new TokenFile(file).read();
  }

  private Map<String, String> headers(
      String method, Map<String, String> metadata, Optional<String> token) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":method", "POST");
    headers.put(":scheme", address.tls() ? "https" : "http");
    headers.put(":path", method);
    headers.put(":authority", address.authority());
    headers.put("content-type", "application/grpc");
    headers.put("te", "trailers");
    headers.put("user-agent", "inmesh");
    headers.putAll(metadata);
    token.ifPresent(value -> headers.put("authorization", "Bearer " + value));
    return headers;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private final class LoopThread implements EventThread {
    @Override
    public boolean isCurrent() {
      return group.next().inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
      try {
        group.next().execute(task);
      } catch (RejectedExecutionException e) {
        // The client is closed: there is nothing left to do it for.
      }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      try {
        group.next().schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // As above.
      }
    }
  }

  /** Hands events on until the stream has ended or was cancelled. */
  private final class Stream implements GrpcStream, GrpcStream.Listener {
    private final GrpcStream.Listener listener;
    private final boolean showsBoth;
    private @Nullable GrpcConnection connection;
    private @Nullable Channel channel;
    private boolean answered;
    private boolean over;

    /**
     * @param showsBoth certificate and token
     */
    Stream(GrpcStream.Listener listener, boolean showsBoth) {
      this.listener = listener;
      this.showsBoth = showsBoth;
    }

    @Override
    public void send(byte[] message) {
      if (!over && connection != null) {
        connection.send(message);
      }
    }

    @Override
    public void finish() {
      if (!over && connection != null) {
        connection.finish();
      }
    }

    @Override
    public void cancel() {
      over = true;
      if (connection != null) {
        connection.abandon();
      }
      if (channel != null) {
        channel.close();
      }
    }

    void fail(Throwable cause) {
      onEnd(
          new StreamEnd(
              false, "cannot connect to " + address + ": " + GrpcConnection.describe(cause)));
    }

    @Override
    public void onOpen() {
      if (!over) {
        listener.onOpen();
      }
    }

    @Override
    public void onMessage(byte[] message) {
      if (!over) {
        answered = true;
        listener.onMessage(message);
      }
    }

    @Override
    public void onEnd(StreamEnd end) {
      if (!over) {
        over = true;
        tokenAlone = showsBoth && !answered && !end.graceful() && !end.unauthorized();
        listener.onEnd(
            end.unauthorized() && !credentials().isEmpty()
                ? new StreamEnd(false, end.reason() + " (" + credentials() + ")", true)
                : end);
      }
    }
  }
}
