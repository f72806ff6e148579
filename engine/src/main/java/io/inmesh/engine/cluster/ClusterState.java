package io.inmesh.engine.cluster;

import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.net.Mix;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The run-time state of a cluster: hosts with their counts, and load-balancing state. It lives
 * across snapshots. Thread-safe; picks meet no lock.
 */
public final class ClusterState {
  private static final int DEFAULT_STRIPES = 8;
  private static final ClusterLoadAssignment NO_ENDPOINTS =
      new ClusterLoadAssignment("", List.of());

  private final Cluster cluster;
  private final int stripes;
  private final LbClock clock;
  // Its configuration says all that there is to know of its endpoints.
  private final boolean complete;
  private final ResourceManager normal;
  private final ResourceManager high;
  private final @Nullable OutlierDetector outliers;
  private final @Nullable ActiveHealth checks;
  private final @Nullable LongAdder active;
  private final @Nullable OriginalDestinations destinations;
  private Map<String, Host> hostsByKey = Map.of();
  private @Nullable LocalCluster local;
  private volatile @Nullable ClusterLoadAssignment assignment;
  private volatile HostSets sets;

  private ClusterState(Cluster cluster, long nowNanos, int stripes) {
    this.cluster = cluster;
    this.stripes = stripes;
    clock = new LbClock(nowNanos);
    complete = cluster.type() != Cluster.Type.EDS && DnsTargets.of(cluster).names().isEmpty();
    boolean oneRequestPerConnection = cluster.protocol() == Cluster.Protocol.HTTP1;
    CircuitBreakers breakers = cluster.circuitBreakers();
    normal = new ResourceManager(breakers.normal(), oneRequestPerConnection);
    high = new ResourceManager(breakers.high(), oneRequestPerConnection);
    OutlierDetection detection = cluster.outlierDetection();
    // There the one host stands for many addresses.
    outliers =
        detection == null || cluster.type() == Cluster.Type.ORIGINAL_DST
            ? null
            : new OutlierDetector(detection, this, this::rebuild, nowNanos);
    checks = ActiveHealth.of(cluster);
    active = cluster.lbPolicy().balanceFactor() > 0 ? new LongAdder() : null;
    destinations = OriginalDestinations.of(cluster, nowNanos);
    sets = build(NO_ENDPOINTS, Map.of());
  }

  /** The state of a new cluster; endpoints that it brings are in force at once, names are not. */
  public static ClusterState create(Cluster cluster, long nowNanos) {
    return create(cluster, nowNanos, DEFAULT_STRIPES);
  }

  /**
   * The same with a number of stripes of pick state.
   *
   * @param stripes a power of two; 1 makes the order of picks that of the calls
   */
  public static ClusterState create(Cluster cluster, long nowNanos, int stripes) {
    if (Integer.bitCount(stripes) != 1) {
      throw new IllegalArgumentException("stripes must be a power of two: " + stripes);
    }
    ClusterState state = new ClusterState(cluster, nowNanos, stripes);
    ClusterLoadAssignment own = cluster.loadAssignment();
    if (cluster.type() == Cluster.Type.ORIGINAL_DST) {
      Endpoint original = Endpoint.ORIGINAL_DESTINATION;
      own =
          new ClusterLoadAssignment(
              cluster.name(),
              List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 0, List.of(original))));
    }
    if (own != null && state.complete) {
      state.update(own, nowNanos);
    }
    return state;
  }

  public Cluster cluster() {
    return cluster;
  }

  /**
   * Puts endpoints in force. A host whose address and host name stay keeps its counts and birth; of
   * several with one address the first counts.
   */
  public synchronized void update(ClusterLoadAssignment newAssignment, long nowNanos) {
    clock.advance(nowNanos);
    Map<String, Host> next = new LinkedHashMap<>();
    for (LocalityEndpoints locality : newAssignment.localities()) {
      for (Endpoint endpoint : locality.endpoints()) {
        String key = key(endpoint);
        if (next.containsKey(key)) {
          continue;
        }
        Host host = hostsByKey.get(key);
        if (host == null) {
          host =
              new Host(
                  cluster,
                  endpoint,
                  locality.locality(),
                  locality.priority(),
                  nowNanos,
                  outliers,
                  active,
                  checks == null ? HealthCheckState.UNWATCHED : checks.initial(endpoint));
        } else {
          if (checks != null
              && host.endpoint().healthCheck().disabled() != endpoint.healthCheck().disabled()) {
            host.setHealthCheck(checks.initial(endpoint));
          }
          host.update(endpoint, locality.locality(), locality.priority());
        }
        next.put(key, host);
      }
    }
    if (checks != null) {
      checks.update(hostsByKey, next);
    }
    hostsByKey = next;
    if (outliers != null) {
      outliers.hosts(next.values());
    }
    // Who sees that endpoints are known must find them.
    sets = build(newAssignment, next);
    assignment = newAssignment;
  }

  /** Turns zone-aware routing on; null turns it off. */
  public synchronized void localCluster(@Nullable LocalCluster value) {
    if (!Objects.equals(local, value)) {
      local = value;
      rebuild();
    }
  }

  /** Takes over what health checks have found out about hosts of a cluster that this replaces. */
  public synchronized void adoptHealth(ClusterState replaced) {
    if (checks == null || replaced.checks == null) {
      return;
    }
    Map<String, HealthCheckState> known = new HashMap<>();
    synchronized (replaced) {
      replaced.hostsByKey.forEach((key, host) -> known.put(key, host.healthCheck()));
    }
    hostsByKey.forEach(
        (key, host) -> {
          HealthCheckState state = known.get(key);
          if (host.isHealthChecked() && state != null && state.checked()) {
            host.setHealthCheck(state);
            checks.checked(host);
          }
        });
    rebuild();
  }

  /**
   * An active health check of a host has ended; hosts that have failed enough get no requests.
   *
   * @return what the checks of the host have come to; unchanged where the hosts are not checked
   */
  public synchronized HealthCheckState healthChecked(
      Host host, HealthCheckResult result, long nowNanos) {
    if (checks == null) {
      return host.healthCheck();
    }
    Host.Health before = host.health();
    boolean wasExcluded = host.isExcluded();
    HealthCheckState state = host.healthCheck().after(result, checks.config());
    if (host.failedActiveHealthCheck() && !state.failed()) {
      // Where hosts are checked, slow start begins when they become healthy.
      host.setBirth(nowNanos);
      clock.advance(nowNanos);
    }
    host.setHealthCheck(state);
    OutlierDetection detection = cluster.outlierDetection();
    OutlierMonitor monitor = host.outlierMonitor();
    if (result.isSuccess()
        && !state.failed()
        && outliers != null
        && monitor != null
        && detection != null
        && detection.healthCheckUnejects()) {
      outliers.uneject(monitor, nowNanos);
    }
    String gone = checks.checked(host);
    if (gone != null) {
      Map<String, Host> left = new LinkedHashMap<>(hostsByKey);
      left.remove(gone);
      hostsByKey = left;
    }
    if (gone != null || host.health() != before || host.isExcluded() != wasExcluded) {
      rebuild();
    }
    return state;
  }

  /** Whether a request has been sent to a host of it; only known where the hosts are checked. */
  public boolean hasTraffic() {
    return checks != null && checks.hasTraffic();
  }

  /** The circuit breakers of a priority. */
  public ResourceManager resources(boolean highPriority) {
    return highPriority ? high : normal;
  }

  // The health of a host has changed.
  private void rebuild() {
    ClusterLoadAssignment current = assignment;
    sets = build(current == null ? NO_ENDPOINTS : current, hostsByKey);
  }

  /**
   * Time passes: weights that depend on it are looked at anew, and hosts that were ejected may
   * return. A few times a second suffice.
   *
   * @param random decides what chance decides about hosts that are compared with one another
   */
  public synchronized void tick(long nowNanos, long random) {
    if (outliers != null) {
      outliers.tick(nowNanos, random);
    }
    if (destinations != null) {
      destinations.tick(nowNanos);
    }
    LbPolicy.SlowStart slowStart = HostWeights.slowStart(cluster.lbPolicy());
    boolean starting = false;
    if (slowStart != null) {
      long window = slowStart.window().toNanos();
      for (Host host : sets.hosts()) {
        starting |= clock.nowNanos() - host.birthNanos() < window;
      }
    }
    clock.advance(nowNanos);
    if (starting) {
      sets.reset();
    }
  }

  /**
   * Whether endpoints are known, even if there are none; and where they are checked, whether the
   * first ones all have been.
   */
  public boolean endpointsKnown() {
    return (assignment != null || complete) && (checks == null || checks.warm());
  }

  /** The endpoints in force, or null where none came yet. */
  public @Nullable ClusterLoadAssignment assignment() {
    return assignment;
  }

  /** The host at the address of an endpoint, or null where it has none there (any more). */
  public synchronized @Nullable Host hostAt(Endpoint endpoint) {
    if (cluster.unsupported() != null) {
      return null;
    }
    return destinations != null ? destinations.at(endpoint) : hostsByKey.get(key(endpoint));
  }

  /**
   * Whether it goes where the app connects to, has to know where that is, and has not been told the
   * addresses of this name, or not lately.
   */
  public boolean lacksAddress(String name) {
    return destinations != null && destinations.lacksAddress(name);
  }

  /**
   * The addresses of a name that an app connects to; good for half a minute.
   *
   * @param ips literals; none where the name has none
   */
  public void resolved(String name, List<String> ips) {
    if (destinations != null) {
      destinations.resolved(name, ips);
    }
  }

  /** Hosts of all priorities, in order. */
  public List<Host> hosts() {
    return sets.hosts();
  }

  /** The share of requests that is to be dropped before they ask for a host; null is none. */
  public ClusterLoadAssignment.@Nullable DropOverload dropOverload() {
    ClusterLoadAssignment current = assignment;
    return current == null || current.dropOverloads().isEmpty()
        ? null
        : current.dropOverloads().get(0);
  }

  /** A host for one attempt, or null where none is to be had. No allocation once warm. */
  public @Nullable Host pick(long random) {
    return pick(random, PickContext.NONE);
  }

  /** A host for one attempt that the context does not reject, as far as its attempts reach. */
  public @Nullable Host pick(long random, PickContext context) {
    HostSets current = sets;
    Subsets subsets = current.subsets();
    Host host =
        subsets == null
            ? pick(current, random, context)
            : pick(subsets.choose(context.metadataMatch()), random, context);
    if (checks != null && host != null) {
      checks.seeTraffic();
    }
    return destinations == null || host == null ? host : destinations.of(host, context, random);
  }

  private @Nullable Host pick(Subsets.Choice choice, long random, PickContext context) {
    List<Subsets.Candidates> inTurn = choice.inTurn();
    Host host = null;
    for (int i = 0; i < inTurn.size() && host == null; i++) {
      HostSets among = inTurn.get(i).sets();
      host = among == null ? inTurn.get(i).only() : pick(among, random, context);
    }
    return host;
  }

  private @Nullable Host pick(HostSets among, long random, PickContext context) {
    if (cluster.lbPolicy().hashes()) {
      return pickByHash(among, context.hasHash() ? context.hash() : random, context);
    }
    PreviousPriorities tried = context.previousPriorities();
    Host host = among.pick(random, 0, tried);
    int left = context.hostSelectionAttempts();
    for (int i = 1; host != null && left > 0 && context.rejects(host); i++, left--) {
      host = among.pick(Mix.draw(random, -1 - i), 0, tried);
    }
    return host;
  }

  private static @Nullable Host pickByHash(HostSets sets, long hash, PickContext context) {
    PreviousPriorities tried = context.previousPriorities();
    Host host = sets.pick(hash, 0, tried);
    int left = context.hostSelectionAttempts();
    for (int i = 1; host != null && left > 0 && context.rejects(host); i++, left--) {
      host = sets.pick(hash, i, tried);
    }
    return host;
  }

  /**
   * Tells a trace what there is to choose from.
   *
   * @param criteria what the host must have; null is nothing
   */
  public void describe(Trace trace, @Nullable MetadataMatch criteria) {
    if (trace.on()) {
      sets.describe(trace, criteria);
    }
  }

  private static String key(Endpoint endpoint) {
    String address = endpoint.socketAddress();
    return endpoint.hostname().isEmpty() ? address : address + '/' + endpoint.hostname();
  }

  private HostSets build(ClusterLoadAssignment named, Map<String, Host> hosts) {
    ClusterLoadAssignment from = checks == null ? named : checks.withLeaving(named);
    int priorities = 1;
    for (LocalityEndpoints locality : from.localities()) {
      priorities = Math.max(priorities, locality.priority() + 1);
    }
    List<List<HostSet.LocalityHosts>> byPriority = new ArrayList<>();
    for (int priority = 0; priority < priorities; priority++) {
      byPriority.add(cluster.unsupported() == null ? localities(from, hosts, priority) : List.of());
    }
    return HostSets.of(cluster, byPriority, from, local, clock, stripes);
  }

  // A locality may be named several times in one priority; its hosts then stand together.
  private static List<HostSet.LocalityHosts> localities(
      ClusterLoadAssignment from, Map<String, Host> hosts, int priority) {
    Map<Locality, Long> weights = new LinkedHashMap<>();
    Map<Locality, Set<Host>> members = new HashMap<>();
    for (LocalityEndpoints locality : from.localities()) {
      if (locality.priority() != priority) {
        continue;
      }
      weights.merge(locality.locality(), locality.weight(), Math::max);
      Set<Host> own = members.computeIfAbsent(locality.locality(), l -> new LinkedHashSet<>());
      for (Endpoint endpoint : locality.endpoints()) {
        Host host = hosts.get(key(endpoint));
        if (host != null && host.priority() == priority) {
          own.add(host);
        }
      }
    }
    List<HostSet.LocalityHosts> result = new ArrayList<>();
    weights.forEach(
        (locality, weight) ->
            result.add(
                new HostSet.LocalityHosts(
                    locality, weight, List.copyOf(members.getOrDefault(locality, Set.of())))));
    return result;
  }
}
