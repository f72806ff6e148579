package io.inmesh.engine;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.trace.Trace;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the mesh knows at one moment, complete. Immutable but for the run-time state behind
 * {@link ClusterState}, which is handed from snapshot to snapshot. Safe for any number of threads.
 */
public final class MeshSnapshot {
  private final List<Listener> listeners;
  private final Map<String, RouteTable> routeTables;
  private final Map<String, ClusterState> clusters;
  private final NameTable nameTable;
  private final SidecarIdentity identity;
  private final CaptureRules captureRules;
  private final Map<String, String> versions;
  private final ListenerIndex listenerIndex;
  private final InboundListener inbound;
  private final Map<HttpConnectionManager, HttpRoutes> httpRoutes = new IdentityHashMap<>();
  private final HttpsRoutes httpsRoutes;
  private final DateHeader date;

  private MeshSnapshot(Builder builder) {
    listeners = List.copyOf(builder.listeners.values());
    routeTables = Map.copyOf(builder.routeTables);
    clusters = new HashMap<>(builder.clusters);
    nameTable = builder.nameTable;
    identity = builder.identity;
    captureRules = builder.captureRules;
    versions = Map.copyOf(builder.versions);
    date = new DateHeader(builder.wallClock);
    listenerIndex = new ListenerIndex(listeners);
    inbound = InboundListener.of(listeners);
    for (Listener listener : listeners) {
      for (FilterChain chain : listener.chains()) {
        resolve(chain);
      }
      if (listener.defaultChain() != null) {
        resolve(listener.defaultChain());
      }
    }
    httpsRoutes = HttpsRoutes.of(builder.httpsHosts, this);
  }

  /**
   * Where a request goes. Never waits and reads the head on the calling thread only.
   *
   * @param random one number for the life of the request
   * @param nowNanos a monotonic clock
   * @param trace {@link Trace#OFF}, or a recording one to learn why
   */
  public Decision route(RequestHead head, long random, long nowNanos, Trace trace) {
    return route(head, Downstream.NONE, random, nowNanos, trace);
  }

  /**
   * The same for a request of somebody else.
   *
   * @param downstream the connection that it came on
   */
  public Decision route(
      RequestHead head, Downstream downstream, long random, long nowNanos, Trace trace) {
    return Router.route(this, head, downstream, random, nowNanos, trace);
  }

  /**
   * What becomes of a request on an accepted connection: a decision whose cluster stands for the
   * app, an answer, or a refusal of the connection.
   *
   * @param chain that the connection is on, of the listener of this snapshot
   */
  public Decision admit(
      FilterChain chain,
      RequestHead head,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    return Router.admit(this, chain, head, downstream, random, nowNanos, trace);
  }

  /**
   * An answer that was made past the filters, with what every response gets.
   *
   * @param chain that the connection is on, or null where none is known
   */
  public LocalReply finished(@Nullable FilterChain chain, LocalReply reply) {
    return chain != null && chain.action() instanceof HttpConnectionManager manager
        ? ResponseHead.finish(manager, date, reply)
        : ResponseHead.finish(date, reply);
  }

  /** A connection manager of a listener of this snapshot, with its routes. */
  HttpRoutes routesOf(HttpConnectionManager manager) {
    HttpRoutes routes = httpRoutes.get(manager);
    if (routes == null) {
      throw new IllegalArgumentException("not a connection manager of this snapshot: " + manager);
    }
    return routes;
  }

  /** What https calls find beside the server name. */
  HttpsRoutes httpsRoutes() {
    return httpsRoutes;
  }

  /** What responses without a date get. */
  DateHeader date() {
    return date;
  }

  private void resolve(FilterChain chain) {
    if (chain.action() instanceof HttpConnectionManager manager) {
      RouteTable table =
          manager.routes() instanceof Routes.Inline inline
              ? inline.table()
              : routeTables.get(((Routes.Named) manager.routes()).routeTable());
      httpRoutes.put(manager, new HttpRoutes(this, manager, table));
    }
  }

  /** What is said about connections that the app accepts. */
  public InboundListener inbound() {
    return inbound;
  }

  ListenerIndex listenerIndex() {
    return listenerIndex;
  }

  /** A builder of an empty snapshot. */
  public static Builder builder() {
    return new Builder();
  }

  public List<Listener> listeners() {
    return listeners;
  }

  public Map<String, RouteTable> routeTables() {
    return routeTables;
  }

  public @Nullable RouteTable routeTable(String name) {
    return routeTables.get(name);
  }

  public Collection<ClusterState> clusters() {
    return clusters.values();
  }

  public @Nullable ClusterState cluster(String name) {
    return clusters.get(name);
  }

  public NameTable nameTable() {
    return nameTable;
  }

  public SidecarIdentity identity() {
    return identity;
  }

  public CaptureRules captureRules() {
    return captureRules;
  }

  /** Version strings by resource type, for people. */
  public Map<String, String> versions() {
    return versions;
  }

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final Map<String, RouteTable> routeTables = new HashMap<>();
    private final Map<String, ClusterState> clusters = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private NameTable nameTable = NameTable.EMPTY;
    private SidecarIdentity identity = SidecarIdentity.NONE;
    private CaptureRules captureRules = CaptureRules.ALL;
    private HttpsHosts httpsHosts = HttpsHosts.NONE;
    private InstantSource wallClock = InstantSource.system();

    private Builder() {}

    /** Adds a listener; one of the same name is replaced. */
    public Builder listener(Listener listener) {
      listeners.put(listener.name(), listener);
      return this;
    }

    /** Adds a route table under its name. */
    public Builder routeTable(RouteTable table) {
      routeTables.put(table.name(), table);
      return this;
    }

    /** Adds a cluster under its name; hand the state of an unchanged cluster over. */
    public Builder cluster(ClusterState cluster) {
      clusters.put(cluster.cluster().name(), cluster);
      return this;
    }

    public Builder nameTable(NameTable value) {
      nameTable = value;
      return this;
    }

    public Builder identity(SidecarIdentity value) {
      identity = value;
      return this;
    }

    public Builder captureRules(CaptureRules value) {
      captureRules = value;
      return this;
    }

    /** Whose https calls take the routes of an HTTP port. */
    public Builder httpsHosts(HttpsHosts value) {
      httpsHosts = value;
      return this;
    }

    /** For the date of responses. */
    public Builder wallClock(InstantSource value) {
      wallClock = value;
      return this;
    }

    /** A version string of a resource type. */
    public Builder version(String type, String version) {
      versions.put(type, version);
      return this;
    }

    public MeshSnapshot build() {
      return new MeshSnapshot(this);
    }
  }
}
