package io.inmesh.agent.inbound;

import io.inmesh.agent.config.InboundSettings;
import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.engine.Acceptance;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.trace.Trace;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import io.inmesh.instrumentation.api.Timers;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The inbound side of this process: knows the open connections, and closes those that a new
 * configuration forbids. Thread-safe.
 */
public final class InboundRuntime implements InboundMesh {
  private static final Optional<String> OFF = Optional.of("setting inbound is off");
  private static final Optional<String> AWAY =
      Optional.of("the mesh does not act (setting mode, or detached)");
  private static final Optional<String> EXCLUDED =
      Optional.of("setting exclude-inbound-ports names the port");
  private static final Optional<String> LOOPBACK =
      Optional.of("the caller is in the same pod (setting capture-loopback)");

  private static final CompletionStage<?> READY = CompletableFuture.completedStage(null);

  private final InboundSettings settings;
  private final InboundSource source;
  private final ServerContexts contexts;
  private final Handshakes handshakes;
  private final InboundTraffic traffic;
  private final Timers timers;
  private final Set<AcceptedConnection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean leaving;

  /**
   * @param source what is in force
   * @param secrets certificates by name
   */
  public InboundRuntime(
      InboundSettings settings, InboundSource source, MeshSecrets secrets, Timers timers) {
    this.settings = settings;
    this.source = source;
    this.contexts = new ServerContexts(secrets);
    this.handshakes = new Handshakes(settings.handshakeLimit());
    this.traffic = new InboundTraffic();
    this.timers = timers;
  }

  @Override
  public @Nullable InboundConnection accepted(
      InetSocketAddress local, InetSocketAddress remote, Set<String> spoken, Runnable closer) {
    if (!isCaptured(local, remote)) {
      return null;
    }
    Optional<MeshSnapshot> current = source.snapshot();
    if (current.isPresent() && !current.get().inbound().exists()) {
      return null;
    }
    if (current.isEmpty() && (source.passesBeforeFirst() || source.observes())) {
      return null;
    }
    Ends ends = new Ends(local, remote);
    if (source.observes()) {
      return new ObservedConnection(
          new AcceptedConnection(this, ends, Set.copyOf(spoken), () -> {}));
    }
    AcceptedConnection connection = new AcceptedConnection(this, ends, Set.copyOf(spoken), closer);
    open.add(connection);
    return connection;
  }

  /**
   * Whether a connection may reach a server that no module sees to: it is none of the mesh's, or
   * its chain takes clear text and decides about nothing, or the mesh does not act. Before the
   * first configuration by the setting {@code startup}.
   */
  public boolean needsNoModule(InetSocketAddress local, InetSocketAddress remote) {
    if (!acts() || !isCaptured(local, remote)) {
      return true;
    }
    MeshSnapshot snapshot = source.snapshot().orElse(null);
    if (snapshot == null) {
      return source.passesBeforeFirst();
    }
    if (!snapshot.inbound().exists()) {
      return true;
    }
    Ends ends = new Ends(local, remote);
    Acceptance clear =
        snapshot.inbound().accept(ends.info("raw_buffer", "", List.of("http/1.1")), Trace.OFF);
    return clear instanceof Acceptance.Plain plain
        && !plain.chain().authorizesRequests()
        // Asked in a way that counts nothing: the connection is counted by whoever sees to it.
        && plain
            .chain()
            .authorize(ends.downstream("", Optional.empty()), Trace.recording())
            .allowed();
  }

  /** Whether the mesh sees to the connection at all. */
  public boolean isCaptured(InetSocketAddress local, InetSocketAddress remote) {
    return !source.ownThread() && leftAlone(local, remote).isEmpty();
  }

  /** Why the mesh does not see to a connection of the app; empty where it does. */
  public Optional<String> leftAlone(InetSocketAddress local, InetSocketAddress remote) {
    if (!settings.on()) {
      return OFF;
    }
    if (!source.acts() && !source.observes()) {
      return AWAY;
    }
    if (settings.excludedPorts().contains(local.getPort())) {
      return EXCLUDED;
    }
    return settings.captureLoopback() || !remote.getAddress().isLoopbackAddress()
        ? Optional.empty()
        : LOOPBACK;
  }

  @Override
  public CompletionStage<?> ready() {
    return acts() ? source.ready() : READY;
  }

  @Override
  public boolean acts() {
    return settings.on() && source.acts();
  }

  @Override
  public Timers timers() {
    return timers;
  }

  /** A new configuration is in force: what it forbids is closed. */
  public void published() {
    for (AcceptedConnection connection : open) {
      try {
        connection.recheck();
      } catch (RuntimeException e) {
        // What nobody can decide about any more is closed, and the others have their turn.
        connection.cut(e);
      }
    }
  }

  /**
   * The process is about to end: callers are told with the next answer on each connection, so that
   * they go elsewhere before this one is gone.
   */
  public void leave() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  InboundTraffic traffic() {
    return traffic;
  }

  /** What was decided so far, in Prometheus' text form. */
  public String counters() {
    List<FilterChain> chains =
        source.snapshot().map(current -> current.inbound().chains()).orElse(List.of());
    return traffic.prometheus() + AccessCounters.prometheus(chains);
  }

  void ended(AcceptedConnection connection) {
    open.remove(connection);
  }

  /** What the user has set. */
  public InboundSettings settings() {
    return settings;
  }

  InboundSource source() {
    return source;
  }

  ServerContexts contexts() {
    return contexts;
  }

  Handshakes handshakes() {
    return handshakes;
  }
}
