package io.inmesh.control.plane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import io.inmesh.control.plane.model.ProxyNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: which node it is, what it watches. The two protocols differ only in how
 * requests are read and responses written. All methods are synchronized: requests and pushes come
 * from different threads.
 */
abstract class ClientStream<Q, R> implements StreamObserver<Q> {
  private final AdsServer server;
  private final StreamObserver<R> client;
  private final Consumer<String> log;
  private final AdsMetrics metrics;
  private final Instant connectedAt = Instant.now();
  private final Map<ResourceType, Watch> watches = new EnumMap<>(ResourceType.class);
  private final Set<String> unknownTypes = new HashSet<>();
  private Snapshot snapshot;
  private @Nullable ProxyNode node;
  private String istioVersion = "";
  private @Nullable NodeConfig config;
  private boolean closed;

  ClientStream(AdsServer server, StreamObserver<R> client, Consumer<String> log) {
    this.server = server;
    this.client = client;
    this.log = log;
    this.metrics = server.metrics();
    this.snapshot = server.snapshot();
  }

  /** Reads one request; called with the lock held and the node known. */
  abstract void handle(ResourceType type, Q request);

  abstract String typeUrl(Q request);

  abstract Node node(Q request);

  /** Brings one watch up to date, and says which resources were sent. */
  abstract List<Resource> update(ResourceType type, Watch watch, Set<String> asked);

  @Override
  public final synchronized void onNext(Q request) {
    if (closed || !identify(node(request))) {
      return;
    }
    ResourceType type = ResourceType.of(typeUrl(request));
    if (type == null) {
      if (unknownTypes.add(typeUrl(request))) {
        log.accept(display() + ": asks for " + typeUrl(request) + ", which is not served");
      }
      return;
    }
    try {
      handle(type, request);
    } catch (RuntimeException | LinkageError e) {
      fail(Status.INTERNAL.withDescription("the request cannot be answered: " + e).withCause(e));
    }
  }

  @Override
  public final void onError(Throwable error) {
    ended();
  }

  @Override
  public final void onCompleted() {
    synchronized (this) {
      if (!closed) {
        closed = true;
        client.onCompleted();
      }
    }
    server.ended(this);
  }

  private void ended() {
    synchronized (this) {
      closed = true;
    }
    server.ended(this);
  }

  /** Ends the stream cleanly; the client reconnects. */
  final synchronized void close() {
    if (!closed) {
      closed = true;
      client.onCompleted();
    }
  }

  /** Sends what a new state of the registry changes for this client. */
  @SuppressWarnings("ReferenceEquality")
  final synchronized void push(Snapshot next) {
    if (closed || next == snapshot) {
      return;
    }
    snapshot = next;
    ProxyNode known = node;
    if (known == null) {
      return;
    }
    long start = System.nanoTime();
    try {
      config = next.configs().of(known);
      Set<String> warming = Set.of();
      for (ResourceType type : ResourceType.values()) {
        Watch watch = watches.get(type);
        if (watch == null) {
          continue;
        }
        List<Resource> sent = update(type, watch, type == ResourceType.EDS ? warming : Set.of());
        if (type == ResourceType.CDS) {
          // Envoy warms a changed cluster only when its endpoints come again
          warming = new HashSet<>();
          for (Resource cluster : sent) {
            warming.add(cluster.name());
          }
        }
      }
    } catch (RuntimeException e) {
      log.accept(display() + ": cannot be brought up to date: " + e);
    }
    metrics.took(System.nanoTime() - start);
  }

  private boolean identify(Node given) {
    if (node != null) {
      return true;
    }
    try {
      node = Nodes.read(given);
      istioVersion = Nodes.text(given.getMetadata(), "ISTIO_VERSION");
    } catch (IllegalArgumentException e) {
      fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return false;
    }
    snapshot = server.snapshot();
    log.accept("client " + display() + " connected (" + protocol() + ")");
    return true;
  }

  private void fail(Status status) {
    closed = true;
    log.accept(display() + ": " + status.getDescription());
    client.onError(status.asRuntimeException());
    server.ended(this);
  }

  abstract String protocol();

  final Watch watch(ResourceType type) {
    return watches.computeIfAbsent(type, Watch::new);
  }

  final boolean isWatched(ResourceType type) {
    return watches.containsKey(type);
  }

  final NodeConfig config() {
    NodeConfig found = config;
    if (found == null) {
      ProxyNode known = node;
      if (known == null) {
        throw new IllegalStateException("no node yet");
      }
      found = snapshot.configs().of(known);
      config = found;
    }
    return found;
  }

  final String version() {
    return snapshot.version();
  }

  final String nextNonce(Watch watch) {
    String nonce = UUID.randomUUID().toString();
    watch.sending(nonce);
    return nonce;
  }

  final void send(ResourceType type, R response) {
    metrics.pushed(type);
    client.onNext(response);
  }

  final void nacked(ResourceType type, Watch watch, String message) {
    watch.nacked(message);
    metrics.rejected(type);
    log.accept(display() + " refused " + type + ": " + message.replace('\n', ' '));
  }

  final String display() {
    ProxyNode known = node;
    return known == null ? "unknown client" : known.proxyId();
  }

  /** For debug endpoints: the node, or null before the first request. */
  final synchronized @Nullable ClientStatus status() {
    ProxyNode known = node;
    if (known == null) {
      return null;
    }
    List<ClientStatus.TypeStatus> types = new ArrayList<>();
    watches.forEach(
        (type, watch) ->
            types.add(
                new ClientStatus.TypeStatus(
                    type,
                    watch.nonceSent(),
                    watch.nonceAcked(),
                    watch.count(),
                    watch.nacks(),
                    watch.lastNack())));
    return new ClientStatus(
        known, istioVersion, protocol(), connectedAt, version(), List.copyOf(types));
  }
}
