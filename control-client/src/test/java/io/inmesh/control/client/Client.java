package io.inmesh.control.client;

import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.inmesh.control.client.transport.NettyTransport;
import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.HttpsHosts;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.tls.Secret;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client under test with what it published and logged. */
final class Client implements AutoCloseable, MeshListener, ClientLog {
  static final NodeIdentity NODE =
      new NodeIdentity(
          "shop-1",
          "shop",
          "127.0.1.1",
          "cluster.local",
          "shop",
          Map.of("app", "shop"),
          Map.of(),
          "Kubernetes",
          "",
          "cluster.local",
          "1.29.6",
          "eu/z1",
          Map.of());

  final AdsClient ads;
  volatile Runnable onEndpoints = () -> {};
  private final List<MeshSnapshot> snapshots = new CopyOnWriteArrayList<>();
  private volatile Map<String, Secret> secrets = Map.of();
  private final List<String> log = new CopyOnWriteArrayList<>();

  Client(String url) {
    this(ControlPlaneAddress.parse(url, null, null), AdsSettings.of(NODE));
  }

  Client(ControlPlaneAddress address, AdsSettings settings) {
    ads = new AdsClient(settings, new NettyTransport(address), this, this);
    ads.start();
  }

  static AdsSettings settings(int prefetch, boolean nackUnsupported) {
    return new AdsSettings(NODE, prefetch, nackUnsupported, "", CaptureRules.ALL, HttpsHosts.NONE);
  }

  Map<String, Secret> secrets() {
    return secrets;
  }

  List<MeshSnapshot> snapshots() {
    return snapshots;
  }

  List<String> log() {
    return log;
  }

  @Nullable MeshSnapshot newest() {
    return snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1);
  }

  ClientStatus status() {
    return get(ads.status());
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void onSnapshot(MeshSnapshot snapshot) {
    snapshots.add(snapshot);
  }

  @Override
  public void onEndpoints() {
    onEndpoints.run();
  }

  @Override
  public void onSecrets(Map<String, Secret> all) {
    secrets = Map.copyOf(all);
  }

  @Override
  public void debug(String message) {
    log.add(message);
  }

  @Override
  public void info(String message) {
    log.add(message);
  }

  @Override
  public void warn(String message) {
    log.add(message);
  }

  @Override
  public void close() {
    ads.close();
  }
}
