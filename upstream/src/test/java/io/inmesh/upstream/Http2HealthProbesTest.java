package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.Payload;
import io.inmesh.engine.route.HeaderMutations;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2HealthProbesTest {
  private static final Duration SOON = Duration.ofMillis(20);

  private final HealthProbes probes = new HealthProbes(System::nanoTime, () -> 0, line -> {});
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile int status = 200;
  private volatile int serving = 1;
  private volatile String grpcStatus = "0";
  private Channel server;

  @BeforeEach
  void start() throws InterruptedException {
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer().build(),
                            new Http2MultiplexHandler(
                                new ChannelInitializer<Channel>() {
                                  @Override
                                  protected void initChannel(Channel stream) {
                                    stream.pipeline().addLast(new Answers());
                                  }
                                }));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  @AfterEach
  void stop() {
    probes.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Answers calls of gRPC with a health, and all else with a status. */
  private final class Answers extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private String line = "";
    private boolean grpc;

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
      boolean last = false;
      if (frame instanceof Http2HeadersFrame head) {
        grpc = "application/grpc".contentEquals(String.valueOf(head.headers().get("content-type")));
        line =
            head.headers().method()
                + " "
                + head.headers().authority()
                + head.headers().path()
                + " "
                + head.headers().get("x-test");
        last = head.isEndStream();
      } else if (frame instanceof Http2DataFrame data) {
        line += " " + ByteBufUtil.hexDump(data.content());
        last = data.isEndStream();
      }
      if (last) {
        seen.add(line);
        answer(context);
      }
    }

    private void answer(ChannelHandlerContext context) {
      DefaultHttp2Headers head = new DefaultHttp2Headers();
      head.status(Integer.toString(status));
      if (!grpc) {
        context.writeAndFlush(new DefaultHttp2HeadersFrame(head, true));
        return;
      }
      head.set("content-type", "application/grpc");
      byte[] message = {0, 0, 0, 0, 2, 8, (byte) serving};
      context.write(new DefaultHttp2HeadersFrame(head));
      context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message)));
      DefaultHttp2Headers trailers = new DefaultHttp2Headers();
      trailers.set("grpc-status", grpcStatus);
      context.writeAndFlush(new DefaultHttp2HeadersFrame(trailers, true));
    }
  }

  private ClusterState started(HealthProbe probe) {
    HealthCheck check =
        new HealthCheck(
            Duration.ofSeconds(5),
            SOON,
            Duration.ZERO,
            Duration.ZERO,
            0,
            3,
            2,
            true,
            SOON,
            SOON,
            SOON,
            SOON,
            SOON,
            probe);
    ClusterState cluster =
        ClusterState.create(
            Cluster.builder("c", Cluster.Type.EDS).healthCheck(check).build(), 0, 1);
    int port = ((InetSocketAddress) server.localAddress()).getPort();
    cluster.update(
        new ClusterLoadAssignment(
            "c",
            List.of(
                new LocalityEndpoints(
                    Locality.UNKNOWN, 1, 0, List.of(new Endpoint("127.0.0.1", port))))),
        0);
    probes.tick(List.of(cluster));
    probes.checked(cluster).toCompletableFuture().join();
    return cluster;
  }

  private static boolean healthy(ClusterState cluster) {
    return cluster.hosts().get(0).health() == Host.Health.HEALTHY;
  }

  @Test
  void aRequestMayGoOverHttp2() {
    ClusterState cluster =
        started(
            new HealthProbe.Http(
                "POST",
                "",
                "/live",
                HeaderMutations.NONE,
                List.of(),
                List.of(),
                Payload.hex("6869"),
                List.of(),
                0,
                true,
                null));
    assertThat(healthy(cluster)).isTrue();
    status = 500;
    await().until(() -> !healthy(cluster));
    status = 200;
    await().until(() -> healthy(cluster));
    assertThat(seen).allMatch(line -> line.equals("POST c/live null 6869"));
    assertThat(connections).hasValue(1);
  }

  @Test
  void aGrpcServerIsAskedForItsHealth() {
    ClusterState cluster =
        started(
            new HealthProbe.Grpc(
                "shop",
                "health.example",
                new HeaderMutations(
                    List.of(
                        HeaderMutations.Add.of(
                            "x-test", "1", HeaderMutations.AppendAction.APPEND_IF_EXISTS_OR_ADD)),
                    List.of())));
    assertThat(healthy(cluster)).isTrue();
    serving = 2;
    await().until(() -> !healthy(cluster));
    serving = 1;
    await().until(() -> healthy(cluster));
    grpcStatus = "14";
    await().until(() -> !healthy(cluster));
    assertThat(seen)
        .allMatch(
            line ->
                line.equals(
                    "POST health.example/grpc.health.v1.Health/Check 1 00000000060a0473686f70"));
    assertThat(connections).hasValue(1);
  }

  @Test
  void theWholeServerHasNoName() {
    started(new HealthProbe.Grpc("", "", HeaderMutations.NONE));
    assertThat(seen.get(0)).isEqualTo("POST c/grpc.health.v1.Health/Check null 0000000000");
  }

  @Test
  void aServerThatSpeaksNoHttp2Fails() {
    server.close().syncUninterruptibly();
    assertThat(healthy(started(new HealthProbe.Grpc("", "", HeaderMutations.NONE)))).isFalse();
  }
}
