package io.inmesh.upstream;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.Payload;
import io.inmesh.engine.route.HeaderMutations;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the app of this process, over its own ports on loopback, what a platform asks it from
 * outside. Thread-safe; one thread, which starts with the first call. Every call ends within its
 * time.
 */
public final class AppCalls implements AutoCloseable {
  static final String LOOPBACK = "127.0.0.1";

  private static final String THREAD = "inmesh-app-calls";

  private @Nullable EventLoopGroup group;

  /** What the app has answered. */
  public record Answer(int status, String contentType, String body) {}

  /**
   * A GET.
   *
   * @param tls whether the port speaks TLS; its certificate is not looked at, as by a kubelet
   * @param target path and query
   * @param headers to be sent; a {@code host} among them replaces the usual one
   * @return fails with an IOException
   */
  public CompletionStage<Answer> get(
      boolean tls, int port, String target, List<Header> headers, Duration timeout) {
    return AppGet.start(loop(), tls, port, target, headers, timeout);
  }

  /** Whether the app accepts a connection. */
  public CompletionStage<Boolean> accepts(int port, Duration timeout) {
    HealthProbe.Tcp probe = new HealthProbe.Tcp(Payload.NONE, List.of());
    return check(
        port, timeout, (host, loop, outcome) -> new TcpExchange(probe, host, loop, false, outcome));
  }

  /** Whether the app's {@code grpc.health.v1.Health} says SERVING. */
  public CompletionStage<Boolean> serves(int port, String service, Duration timeout) {
    HealthProbe probe = new HealthProbe.Grpc(service, "localhost:" + port, HeaderMutations.NONE);
    return check(
        port,
        timeout,
        (host, loop, outcome) -> new Http2Exchange(probe, host, loop, false, outcome));
  }

  private interface Exchanges {
    HealthExchange of(Host host, EventLoop loop, Consumer<HealthCheckResult> outcome);
  }

  private CompletionStage<Boolean> check(int port, Duration timeout, Exchanges exchanges) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    EventLoop loop = loop();
    HealthExchange exchange =
        exchanges.of(
            app(port), loop, result -> answer.complete(result.equals(HealthCheckResult.SUCCESS)));
    loop.execute(exchange::begin);
    Future<?> limit =
        loop.schedule(
            () -> {
              if (answer.complete(false)) {
                exchange.abandon();
              }
            },
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    answer.thenRun(() -> limit.cancel(false));
    return answer;
  }

  private static Host app(int port) {
    LocalityEndpoints endpoints =
        new LocalityEndpoints(Locality.UNKNOWN, 0, 0, List.of(new Endpoint(LOOPBACK, port)));
    Cluster cluster =
        Cluster.builder("app", Cluster.Type.STATIC)
            .loadAssignment(new ClusterLoadAssignment("app", List.of(endpoints)))
            .build();
    return ClusterState.create(cluster, 0).hosts().get(0);
  }

  private synchronized EventLoop loop() {
    if (group == null) {
      group = OwnLoop.named(THREAD);
    }
    return group.next();
  }

  @Override
  public synchronized void close() {
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
