package io.inmesh.agent;

import io.inmesh.agent.config.Settings;
import io.inmesh.agent.config.Startup;
import io.inmesh.agent.guard.GuardedMesh;
import io.inmesh.agent.identity.LabelledConnections;
import io.inmesh.agent.identity.LabelledHosts;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundSource;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResponseFlag;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.trace.Trace;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.PooledConnection;
import io.inmesh.instrumentation.api.ReplayBudget;
import io.inmesh.instrumentation.api.Timers;
import io.inmesh.upstream.DestinationLookup;
import io.inmesh.upstream.DnsRefresh;
import io.inmesh.upstream.HealthProbes;
import io.inmesh.upstream.MirrorSender;
import io.inmesh.upstream.NameLookup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The mesh of this process: the snapshot in force, and the rules for the time when there is none.
 * Thread-safe.
 */
final class MeshRuntime implements Mesh, GuardedMesh, InboundSource {
  private static final Decision.Passthrough OBSERVED =
      new Decision.Passthrough(Decision.Passthrough.Reason.EXCLUDED);

  private static final CompletionStage<?> READY = CompletableFuture.completedStage(null);

  private final Settings settings;
  private final ReplayBudget replayBudget;
  private final AgentTimers timers;
  private final Traffic traffic;
  private final AgentLog log;
  private final LabelledHosts labelled;
  private final LabelledConnections connections;
  private final MeshSnapshot empty;
  private final MirrorSender mirrors = new MirrorSender();
  private final DnsRefresh dns = new DnsRefresh(NameLookup.JVM, this::nanoTime, this::random);
  private final DestinationLookup destinations = new DestinationLookup(NameLookup.JVM);
  private final HealthProbes probes;
  private final CompletableFuture<MeshSnapshot> published = new CompletableFuture<>();
  private final CompletableFuture<MeshSnapshot> first = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> woven = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> serving = CompletableFuture.allOf(first, woven);
  private final long startNanos = System.nanoTime();

  private volatile @Nullable MeshSnapshot snapshot;
  private volatile boolean left;
  private volatile Settings.Mode mode;
  // Calls that start before the first certificate could reach nobody who asks for it.
  private volatile boolean awaitsIdentity;
  private volatile Function<String, CompletionStage<?>> endpoints =
      unused -> CompletableFuture.completedFuture(null);

  /** 0 while connected, else since when not; on {@link #nanoTime}'s clock. */
  private volatile long disconnectedSince;

  MeshRuntime(
      Settings settings,
      AgentTimers timers,
      Traffic traffic,
      LabelledHosts labelled,
      AgentLog log) {
    this.settings = settings;
    this.mode = settings.mode();
    this.replayBudget = new ReplayBudget(settings.retryBuffer());
    this.timers = timers;
    this.traffic = traffic;
    this.log = log;
    this.labelled = labelled;
    this.connections = new LabelledConnections(labelled, log::warn);
    this.awaitsIdentity = WorkloadIdentity.isExpected(settings.controlPlane(), settings.workload());
    this.probes = new HealthProbes(this::nanoTime, this::random, log::warn);
    this.empty = MeshSnapshot.builder().captureRules(settings.excludeOutbound()).build();
  }

  /** How to ask the control plane for the endpoints of a cluster. */
  void endpointSource(Function<String, CompletionStage<?>> source) {
    endpoints = source;
  }

  /** Puts a snapshot in force. */
  void publish(MeshSnapshot next) {
    snapshot = next;
    published.complete(next);
    if (!awaitsIdentity) {
      first.complete(next);
    }
  }

  /** A certificate is there. */
  void identified() {
    awaitsIdentity = false;
    MeshSnapshot current = snapshot;
    if (current != null) {
      first.complete(current);
    }
  }

  /** Completes when the first snapshot is in force, with or without a certificate. */
  CompletionStage<?> published() {
    return published.copy();
  }

  /** Completes when the first snapshot is in force, and the first certificate where one is due. */
  CompletionStage<?> configured() {
    return first.copy();
  }

  /** What is woven late is in place: connections can be accepted once there is a certificate. */
  void woven() {
    woven.complete(null);
  }

  /**
   * Whether calls can be served both ways: configured, identified, and what is woven late in place.
   */
  boolean serves() {
    return serving.isDone();
  }

  /** From now on the mesh decides, counts and explains, and changes nothing. */
  void observe() {
    mode = Settings.Mode.OBSERVE;
  }

  /** Whether the mesh acts. */
  Settings.Mode mode() {
    return mode;
  }

  /** The process is no longer in the mesh: everything passes. */
  void leave() {
    left = true;
    probes.close();
    mirrors.close();
    dns.close();
    destinations.close();
  }

  /** The control plane came or went. */
  void connected(boolean connected) {
    disconnectedSince = connected ? 0 : Math.max(1, nanoTime());
  }

  @Override
  public Optional<MeshSnapshot> snapshot() {
    return Optional.ofNullable(snapshot);
  }

  /** Housekeeping of every cluster. */
  void tick() {
    MeshSnapshot current = snapshot;
    if (current != null && !left) {
      long now = nanoTime();
      labelled.tidy();
      dns.tick(current.clusters());
      probes.tick(current.clusters());
      for (ClusterState cluster : current.clusters()) {
        cluster.tick(now, random());
      }
    }
  }

  /** Ends idle connections that nothing leads to any more. */
  void tidyConnections() {
    MeshSnapshot current = snapshot;
    if (current != null && !left) {
      connections.tidy(current);
    }
  }

  @Override
  public Decision route(RequestHead head) {
    if (left) {
      return OBSERVED;
    }
    Decision decision = decide(head, Trace.OFF);
    traffic.decided(decision);
    return mode == Settings.Mode.OBSERVE || !settings.outbound() ? OBSERVED : decision;
  }

  /** The decision for a request, with its trace; counts nothing. */
  Decision decide(RequestHead head, Trace trace) {
    MeshSnapshot current = snapshot;
    if (current == null
        || (awaitsIdentity && settings.startup() instanceof Startup.Wait && !waitedEnough())) {
      return beforeFirst(head, trace);
    }
    Optional<Duration> limit = settings.onDisconnectFail();
    if (limit.isPresent()
        && disconnectedSince != 0
        && nanoTime() - disconnectedSince > limit.get().toNanos()) {
      Decision captured = empty.route(head, 0, nanoTime(), trace);
      return left(captured) ? captured : refusal("the control plane is away too long");
    }
    return current.route(head, random(), nanoTime(), trace);
  }

  private Decision beforeFirst(RequestHead head, Trace trace) {
    Decision decision = empty.route(head, 0, nanoTime(), trace);
    if (left(decision) || settings.startup() instanceof Startup.Passthrough) {
      return decision;
    }
    LocalReply refusal = refusal("the mesh has no configuration yet");
    return settings.startup() instanceof Startup.Wait && !waitedEnough()
        ? new Decision.Pending(new Decision.Need.FirstSnapshot(), refusal)
        : refusal;
  }

  /** True for what is never captured, configuration or not. */
  private static boolean left(Decision decision) {
    return decision instanceof Decision.Passthrough pass
        && pass.reason() != Decision.Passthrough.Reason.NO_LISTENER;
  }

  private LocalReply refusal(String why) {
    LocalReply refusal =
        new LocalReply(
            503,
            why,
            List.of(
                new LocalReply.Header("content-length", Integer.toString(why.length())),
                new LocalReply.Header("content-type", "text/plain")),
            Set.of(ResponseFlag.UH),
            "no_configuration",
            LocalReply.Cause.CONNECT);
    return empty.finished(null, refusal);
  }

  private boolean waitedEnough() {
    return nanoTime() - startNanos > startupWait().toNanos();
  }

  private Duration startupWait() {
    return settings.startup() instanceof Startup.Wait wait ? wait.limit() : Duration.ZERO;
  }

  @Override
  public CompletionStage<?> await(Decision.Need need) {
    if (need instanceof Decision.Need.Endpoints wanted) {
      MeshSnapshot current = snapshot;
      ClusterState cluster = current == null ? null : current.cluster(wanted.cluster());
      return limited(endpoints(wanted.cluster(), cluster), settings.firstUse());
    }
    if (need instanceof Decision.Need.Address wanted) {
      MeshSnapshot current = snapshot;
      ClusterState cluster = current == null ? null : current.cluster(wanted.cluster());
      return cluster == null
          ? READY
          : limited(destinations.resolved(cluster, wanted.host()), settings.firstUse());
    }
    long left = startupWait().toNanos() - (nanoTime() - startNanos);
    return limited(first.copy(), Duration.ofNanos(Math.max(0, left)));
  }

  /** The endpoints of a cluster, and the first check of each where they are checked. */
  private CompletionStage<?> endpoints(String name, @Nullable ClusterState cluster) {
    if (cluster == null) {
      return endpoints.apply(name);
    }
    CompletionStage<?> known =
        DnsRefresh.resolves(cluster) ? dns.resolved(cluster) : endpoints.apply(name);
    return HealthProbes.checks(cluster)
        ? known.thenCompose(unused -> probes.checked(cluster))
        : known;
  }

  /** Completes with the stage or, normally too, when the time is up: the caller decides again. */
  private CompletionStage<?> limited(CompletionStage<?> stage, Duration limit) {
    CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
    Timers.Cancellable timer = timers.after(limit.toNanos(), () -> done.complete(null));
    stage.whenComplete(
        (value, failure) -> {
          timer.cancel();
          done.complete(null);
        });
    return done;
  }

  @Override
  public @Nullable Host pick(Decision.TcpRoute route) {
    return route.pick(random());
  }

  @Override
  public LabelledHost labelled(Host host, String authority) throws IOException {
    return labelled.of(host, authority);
  }

  @Override
  public @Nullable LabelledHost labelled(String label) {
    return labelled.of(label);
  }

  @Override
  public void opened(LabelledHost to, PooledConnection connection) {
    connections.opened(to, connection);
  }

  @Override
  public Exchange open(RouteDecision decision, RequestFlow flow, String module) {
    traffic.opened();
    return new Exchange(decision, flow, module, nanoTime(), traffic);
  }

  @Override
  public void mirror(MirrorRequest copy, ByteBuffer body) {
    mirrors.send(copy, body);
  }

  @Override
  public ReplayBudget replayBudget() {
    return replayBudget;
  }

  /** Copies of requests that were answered. */
  long mirrorsSent() {
    return mirrors.sent();
  }

  /** Copies of requests that were not sent, or not answered. */
  long mirrorsDropped() {
    return mirrors.dropped();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long random() {
    return ThreadLocalRandom.current().nextLong();
  }

  @Override
  public Timers timers() {
    return timers;
  }

  @Override
  public boolean nativeFailures() {
    return settings.nativeFailures();
  }

  @Override
  public boolean ownThread() {
    return AgentThreads.isOwn(Thread.currentThread());
  }

  @Override
  public boolean refuses() {
    return acts() && settings.outbound();
  }

  @Override
  public CompletionStage<?> ready() {
    if (serving.isDone() || !(settings.startup() instanceof Startup.Wait)) {
      return READY;
    }
    long left = startupWait().toNanos() - (nanoTime() - startNanos);
    return left <= 0 ? READY : limited(serving.copy(), Duration.ofNanos(left));
  }

  @Override
  public boolean passesBeforeFirst() {
    return settings.startup() instanceof Startup.Passthrough;
  }

  @Override
  public boolean acts() {
    return mode == Settings.Mode.ON && !left;
  }

  @Override
  public boolean observes() {
    return mode == Settings.Mode.OBSERVE && !left;
  }

  @Override
  public void refused(String what) {
    log.debug(what);
  }

  /** How long a call may still wait for the first snapshot, in milliseconds; for the log. */
  long startupMillis() {
    return TimeUnit.NANOSECONDS.toMillis(startupWait().toNanos());
  }
}
