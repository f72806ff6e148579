package io.inmesh.upstream;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthCheckState;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.TransportSocket;
import io.netty.channel.EventLoop;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The checks of one host, one after the other. Everything happens on the event loop. */
final class HostCheck {
  private final ClusterState cluster;
  private final Host host;
  private final HealthCheck config;
  private final EventLoop loop;
  private final LongSupplier nanoTime;
  private final LongSupplier random;
  private final Runnable checked;
  private final Consumer<Host> needsTls;
  private final HealthExchange exchange;
  private @Nullable Future<?> timer;
  private boolean stopped;

  /**
   * @param checked hears of each result, after the cluster
   * @param needsTls hears of a host that cannot be asked
   */
  HostCheck(
      ClusterState cluster,
      Host host,
      EventLoop loop,
      LongSupplier nanoTime,
      LongSupplier random,
      Runnable checked,
      Consumer<Host> needsTls) {
    this.cluster = cluster;
    this.host = host;
    this.config = Objects.requireNonNull(cluster.cluster().healthCheck());
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.random = random;
    this.checked = checked;
    this.needsTls = needsTls;
    this.exchange = exchange();
  }

  private HealthExchange exchange() {
    boolean reuse = config.reuseConnection();
    HealthProbe probe = config.probe();
    if (probe instanceof HealthProbe.Tcp tcp) {
      return new TcpExchange(tcp, host, loop, reuse, this::ended);
    }
    if (probe instanceof HealthProbe.Http http && !http.http2()) {
      return new Http1Exchange(http, host, loop, reuse, this::ended);
    }
    return new Http2Exchange(probe, host, loop, reuse, this::ended);
  }

  void start() {
    later(config.firstNanos(random), this::check);
  }

  void stop() {
    stopped = true;
    cancel();
    exchange.abandon();
  }

  private void check() {
    boolean reachable = !host.endpoint().address().startsWith("unix:");
    if (!(host.transportSocket() instanceof TransportSocket.RawBuffer)) {
      needsTls.accept(host);
      reachable = false;
    }
    if (!reachable) {
      ended(HealthCheckResult.NETWORK_FAILURE);
      return;
    }
    later(
        config.timeout().toNanos(),
        () -> {
          exchange.abandon();
          ended(HealthCheckResult.TIMEOUT);
        });
    exchange.begin();
  }

  private void ended(HealthCheckResult result) {
    if (stopped) {
      return;
    }
    HealthCheckState state = cluster.healthChecked(host, result, nanoTime.getAsLong());
    later(config.nextNanos(state, cluster.hasTraffic(), random), this::check);
    checked.run();
  }

  private void later(long nanos, Runnable task) {
    cancel();
    timer = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  private void cancel() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }
}
