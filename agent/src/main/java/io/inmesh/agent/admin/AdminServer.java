package io.inmesh.agent.admin;

import io.inmesh.agent.AgentLog;
import io.inmesh.agent.config.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Serves pages over HTTP/1.1 on one daemon thread. */
public final class AdminServer implements AutoCloseable {
  private static final int PORTS_TRIED = 64;
  private static final int MAX_BODY = 64 * 1024;

  private final EventLoopGroup loop;
  private final Channel channel;
  private final InetSocketAddress address;

  private AdminServer(EventLoopGroup loop, Channel channel) {
    this.loop = loop;
    this.channel = channel;
    this.address = (InetSocketAddress) channel.localAddress();
  }

  /**
   * Listens at {@code wanted}, or at the next port that is free.
   *
   * @param name of its thread
   * @throws IOException if no port near the wanted one is free
   */
  public static AdminServer start(String name, HostPort wanted, List<AdminPage> pages, AgentLog log)
      throws IOException {
    Map<String, AdminPage> byPath = new LinkedHashMap<>();
    pages.forEach(page -> byPath.put(page.path(), page));
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            },
            NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            // A page a minute does not pay for a pool's arenas.
            .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_BODY),
                            new PageHandler(byPath, log));
                  }
                });
    int last = wanted.port() == 0 ? 0 : Math.min(65535, wanted.port() + PORTS_TRIED);
    for (int port = wanted.port(); port <= last; port++) {
      ChannelFuture bound = bootstrap.bind(wanted.host(), port).awaitUninterruptibly();
      if (bound.isSuccess()) {
        return new AdminServer(loop, bound.channel());
      }
      if (!(bound.cause() instanceof BindException)) {
        loop.shutdownGracefully();
        throw new IOException("cannot listen at " + wanted, bound.cause());
      }
    }
    loop.shutdownGracefully();
    throw new IOException("no free port from " + wanted + " to " + last);
  }

  /** Where it listens. */
  public HostPort address() {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort());
  }

  @Override
  public void close() {
    channel.close();
    loop.shutdownGracefully();
  }

  private static final class PageHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Map<String, AdminPage> pages;
    private final AgentLog log;

    PageHandler(Map<String, AdminPage> pages, AgentLog log) {
      this.pages = pages;
      this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      answer(request).whenComplete((answer, failure) -> write(context, answered(answer, failure)));
    }

    private AdminResponse answered(@Nullable AdminResponse answer, @Nullable Throwable failure) {
      return answer == null ? AdminResponse.text(500, failure + "\n") : answer;
    }

    private static void write(ChannelHandlerContext context, AdminResponse answer) {
      ByteBuf body = Unpooled.wrappedBuffer(answer.body().getBytes(StandardCharsets.UTF_8));
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
          .set(HttpHeaderNames.CONNECTION, "close");
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private CompletionStage<AdminResponse> answer(FullHttpRequest request) {
      QueryStringDecoder uri = new QueryStringDecoder(request.uri());
      AdminPage page = pages.get(uri.path());
      if (page == null) {
        return now(
            uri.path().equals("/") ? list() : AdminResponse.text(404, "no such page; see /\n"));
      }
      String wanted = page.changes() ? "POST" : "GET";
      if (!request.method().name().equals(wanted)) {
        return now(AdminResponse.text(405, page.path() + " takes " + wanted + "\n"));
      }
      try {
        return page.handler().handle(new AdminRequest(wanted, uri.path(), uri.parameters()));
      } catch (IllegalArgumentException e) {
        return now(AdminResponse.text(400, e.getMessage() + "\n"));
      } catch (RuntimeException e) {
        log.error("admin page " + page.path() + " failed", e);
        return now(AdminResponse.text(500, e + "\n"));
      }
    }

    private static CompletionStage<AdminResponse> now(AdminResponse answer) {
      return CompletableFuture.completedFuture(answer);
    }

    private AdminResponse list() {
      return AdminResponse.text(
          200,
          pages.values().stream()
              .map(
                  p ->
                      String.format(
                          "%-4s %-20s %s%n", p.changes() ? "POST" : "GET", p.path(), p.summary()))
              .collect(Collectors.joining()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // A reader that went away; nothing of the app is involved.
      context.close();
    }
  }
}
