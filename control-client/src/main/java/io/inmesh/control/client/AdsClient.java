package io.inmesh.control.client;

import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcTransport;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Secret;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's xDS client: one delta ADS stream becomes snapshots of the engine. Everything runs on
 * the transport's one thread; the methods of this class may be called by any thread. Clusters,
 * listeners and names are subscribed whole, routes as listeners name them, endpoints as {@link
 * #need} asks for them and then, up to the prefetch limit, as routes name them, secrets as clusters
 * and listeners name them.
 */
public final class AdsClient implements AutoCloseable {
  /** How long the first snapshot waits for a name table, which not every control plane has. */
  private static final long NAME_TABLE_PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  private final AdsSettings settings;
  private final GrpcTransport transport;
  private final EventThread thread;
  private final MeshListener listener;
  private final ClientLog log;

  // All below: event thread.
  private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
  private final Set<String> needed = new LinkedHashSet<>();
  private final Map<String, List<CompletableFuture<Boolean>>> waiting = new HashMap<>();
  private final UnsupportedList unsupported;
  private final AdsSession session;
  private @Nullable MeshState state;
  private @Nullable FieldTable table;
  private @Nullable NodeIdentity introduction;
  private List<String> lastErrors = List.of();
  private Map<String, Secret> toldSecrets = Map.of();
  private boolean published;
  private boolean toldConnected;
  private boolean patienceRuns;
  private boolean patienceOver;

  public AdsClient(
      AdsSettings settings, GrpcTransport transport, MeshListener listener, ClientLog log) {
    this.settings = settings;
    this.transport = transport;
    this.thread = transport.thread();
    this.listener = listener;
    this.log = log;
    this.unsupported = new UnsupportedList(log);
    for (ResourceType type : ResourceType.values()) {
      subscriptions.put(type, new Subscription(type));
    }
    this.session = new AdsSession(transport, new Protocol(), log);
  }

  /** Begins to connect; returns at once. */
  public void start() {
    thread.execute(session::connect);
  }

  /** Ends the stream and the thread of the transport; returns at once. */
  @Override
  public void close() {
    thread.execute(session::close);
    transport.close();
  }

  /**
   * Runs a task on the client's thread, for example a tick of cluster states, which updates must
   * not meet.
   */
  public void execute(Runnable task) {
    thread.execute(task);
  }

  /**
   * Asks for the endpoints of a cluster and keeps them from then on.
   *
   * @return completed with true once they are known; with false at once where there is no such
   *     cluster, or no connection to ask over. It completes on the client's thread, so what follows
   *     belongs elsewhere. It does not time out.
   */
  public CompletionStage<Boolean> need(String cluster) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            needNow(cluster, answer);
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private void needNow(String cluster, CompletableFuture<Boolean> answer) {
    MeshState current = state;
    ClusterState live = current == null ? null : current.live(cluster);
    if (current == null || live == null) {
      answer.complete(false);
      return;
    }
    boolean news = needed.add(cluster);
    if (live.endpointsKnown()) {
      answer.complete(true);
    } else if (!session.connected()) {
      answer.complete(false);
    } else {
      List<CompletableFuture<Boolean>> others = waiting.get(cluster);
      if (others == null) {
        others = new ArrayList<>(1);
        waiting.put(cluster, others);
      }
      others.add(answer);
      if (news) {
        subscribeNames(current);
        sendRequests();
      }
    }
  }

  /** How the client stands. */
  public CompletionStage<ClientStatus> status() {
    return ask(this::statusNow);
  }

  /** What resources in force set and the agent does not do. */
  public CompletionStage<List<UnsupportedEntry>> unsupported() {
    return ask(() -> state == null ? List.of() : UnsupportedList.entries(state));
  }

  /** The same as a JSON list. */
  public CompletionStage<String> unsupportedJson() {
    return ask(
        () -> UnsupportedList.json(state == null ? List.of() : UnsupportedList.entries(state)));
  }

  /**
   * What is in force as envoy.admin.v3.ConfigDump in JSON; keys are replaced.
   *
   * @param own who the workload is at the moment
   */
  public CompletionStage<String> configDump(boolean includeEndpoints, Optional<Identity> own) {
    return ask(() -> configDumpNow(includeEndpoints, own));
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private String configDumpNow(boolean includeEndpoints, Optional<Identity> own) {
    MeshState current = state;
    if (current == null) {
      return "{\"configs\":[]}";
    }
    Map<ResourceType, String> versions = new EnumMap<>(ResourceType.class);
    for (Subscription subscription : subscriptions.values()) {
      versions.put(subscription.type(), subscription.version);
    }
    return ConfigDump.json(current, settings.node(), versions, own, includeEndpoints);
  }

  private ClientStatus statusNow() {
    Map<ResourceType, TypeMetrics> types = new EnumMap<>(ResourceType.class);
    for (Subscription s : subscriptions.values()) {
      int size = state == null ? 0 : state.store(s.type()).size();
      types.put(s.type(), new TypeMetrics(s.responses, s.acks, s.nacks, size, s.version));
    }
    return new ClientStatus(
        session.connected(),
        session.changedNanos(),
        published,
        published ? List.of() : missing(),
        session.lastEnd(),
        session.reconnects(),
        types,
        lastErrors);
  }

  // ---- event thread ----

  private MeshState state() {
    MeshState current = state;
    if (current == null) {
      // Read here and not by the caller of the constructor, who may be the app's main thread.
      FieldTable loaded = FieldTable.load();
      current = new MeshState(settings, loaded);
      table = loaded;
      state = current;
    }
    return current;
  }

  private Subscription subscription(ResourceType type) {
    return java.util.Objects.requireNonNull(subscriptions.get(type));
  }

  /** The protocol, as the session drives it. */
  private final class Protocol implements AdsSession.Handler {
    @Override
    public void onStream() {
      introduction = settings.node();
      for (Subscription subscription : subscriptions.values()) {
        subscription.streamOpened();
      }
      subscribeNames(state());
      sendRequests();
      toldConnected = true;
      listener.onConnection(true);
    }

    @Override
    public void onMessage(byte[] message) {
      MeshState current = state();
      Discovery.Response response =
          Discovery.read(java.util.Objects.requireNonNull(table), message);
      ResourceType type = ResourceType.of(response.typeUrl());
      if (type == null) {
        List<String> errors = List.of("nobody asked for " + response.typeUrl());
        session.send(Discovery.answer(response.typeUrl(), response.nonce(), errors));
        return;
      }
      respond(current, type, response);
    }

    @Override
    public void onDisconnected() {
      for (List<CompletableFuture<Boolean>> answers : waiting.values()) {
        for (CompletableFuture<Boolean> answer : answers) {
          answer.complete(false);
        }
      }
      waiting.clear();
      if (toldConnected) {
        toldConnected = false;
        listener.onConnection(false);
      }
    }
  }

  private void respond(MeshState current, ResourceType type, Discovery.Response response) {
    Subscription subscription = subscription(type);
    List<String> errors = new ArrayList<>();
    List<String> applied = new ArrayList<>();
    boolean changed = current.apply(subscription, response, errors, applied, thread.nanoTime());
    subscription.responses++;
    subscription.version = response.version();
    subscription.answeredNow();
    if (errors.isEmpty()) {
      subscription.acks++;
    } else {
      subscription.nacks++;
      lastErrors = List.copyOf(errors);
      log.warn(type.shortName() + " rejected in part: " + String.join("; ", errors));
    }
    session.send(Discovery.answer(response.typeUrl(), response.nonce(), errors));
    unsupported.report(current, type, applied);
    if (type != ResourceType.ENDPOINTS) {
      subscribeNames(current);
      sendRequests();
    }
    tellSecrets(current);
    if (changed || !published) {
      publish(current);
    } else if (type == ResourceType.ENDPOINTS && !applied.isEmpty()) {
      listener.onEndpoints();
    }
    answerWaiting(current);
  }

  private void tellSecrets(MeshState current) {
    Map<String, Secret> secrets = current.secrets();
    if (!secrets.equals(toldSecrets)) {
      toldSecrets = secrets;
      listener.onSecrets(secrets);
    }
  }

  private void subscribeNames(MeshState current) {
    Set<String> routes = current.routesNamed();
    Set<String> services = current.endpointsWanted(needed, routesAreKnown(current));
    subscription(ResourceType.ROUTES).want(routes);
    subscription(ResourceType.ENDPOINTS).want(services);
    Set<String> secrets = current.secretsNamed();
    subscription(ResourceType.SECRETS).want(secrets);
    current.retain(routes, services, secrets);
  }

  // Before that nobody can say which clusters matter most.
  private boolean routesAreKnown(MeshState current) {
    return subscription(ResourceType.LISTENER).answered() && current.unroutedListeners().isEmpty();
  }

  private void sendRequests() {
    if (!session.connected()) {
      return;
    }
    for (Subscription subscription : subscriptions.values()) {
      byte[] request = subscription.nextRequest(introduction, state().store(subscription.type()));
      if (request != null) {
        introduction = null;
        session.send(request);
      }
    }
  }

  private void publish(MeshState current) {
    if (!published) {
      List<String> missing = missing();
      if (!missing.isEmpty()) {
        boolean onlyNames = missing.size() == 1 && missing.get(0).equals("NDS");
        if (!onlyNames || !patienceOver) {
          if (onlyNames && !patienceRuns) {
            patienceRuns = true;
            thread.schedule(this::namesAreLate, NAME_TABLE_PATIENCE);
          }
          return;
        }
      }
      published = true;
      log.info("control plane: first configuration is complete");
    }
    try {
      listener.onSnapshot(current.snapshot());
    } catch (RuntimeException e) {
      log.warn("the new configuration cannot be put in force, the one before stays: " + e);
    }
  }

  private void namesAreLate() {
    patienceOver = true;
    MeshState current = state;
    if (!published && current != null) {
      publish(current);
    }
  }

  private List<String> missing() {
    List<String> out = new ArrayList<>();
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.type().wildcard() && !subscription.answered()) {
        out.add(subscription.type().shortName());
      }
    }
    if (state != null) {
      for (String name : state.unroutedListeners()) {
        out.add("RDS of listener " + name);
      }
    }
    return out;
  }

  private void answerWaiting(MeshState current) {
    if (waiting.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<String, List<CompletableFuture<Boolean>>>> all =
        waiting.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, List<CompletableFuture<Boolean>>> entry = all.next();
      ClusterState live = current.live(entry.getKey());
      if (live == null || live.endpointsKnown()) {
        for (CompletableFuture<Boolean> answer : entry.getValue()) {
          answer.complete(live != null);
        }
        all.remove();
      }
    }
  }
}
