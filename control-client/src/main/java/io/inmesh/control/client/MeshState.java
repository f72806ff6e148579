package io.inmesh.control.client;

import io.inmesh.control.client.decode.ClusterDecoder;
import io.inmesh.control.client.decode.EndpointDecoder;
import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.decode.ListenerDecoder;
import io.inmesh.control.client.decode.NameTableDecoder;
import io.inmesh.control.client.decode.RouteDecoder;
import io.inmesh.control.client.decode.SecretDecoder;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireFormatException;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.NameTable;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.LocalCluster;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.tls.Secret;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * All resources in force and the snapshot made of them. A listener is published with its routes or
 * not at all. Lives on the event thread.
 */
final class MeshState {
  private final AdsSettings settings;
  private final ResourceStore<Cluster> clusters;
  private final ResourceStore<ClusterLoadAssignment> endpoints;
  private final ResourceStore<Listener> listeners;
  private final ResourceStore<RouteTable> routes;
  private final ResourceStore<List<NameTable.Entry>> names;
  private final ResourceStore<Secret> secrets;

  private final LiveClusters live = new LiveClusters();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, Listener> liveListeners = new LinkedHashMap<>();

  MeshState(AdsSettings settings, FieldTable table) {
    this.settings = settings;
    Interner interner = new Interner();
    Deflater deflater = Packer.deflater();
    boolean nack = settings.nackUnsupported();
    clusters =
        new ResourceStore<>(
            ResourceType.CLUSTER,
            table,
            new ClusterDecoder(table, interner),
            interner,
            nack,
            new Packer(deflater));
    endpoints =
        new ResourceStore<>(
            ResourceType.ENDPOINTS,
            table,
            new EndpointDecoder(table, interner),
            interner,
            nack,
            new Packer(deflater));
    listeners =
        new ResourceStore<>(
            ResourceType.LISTENER,
            table,
            new ListenerDecoder(table, interner),
            interner,
            nack,
            new Packer(deflater));
    routes =
        new ResourceStore<>(
            ResourceType.ROUTES,
            table,
            new RouteDecoder(table, interner),
            interner,
            nack,
            new Packer(deflater));
    secrets =
        new ResourceStore<>(
            ResourceType.SECRETS,
            table,
            new SecretDecoder(table),
            interner,
            nack,
            new Packer(deflater));
    names =
        new ResourceStore<>(
            ResourceType.NAME_TABLE,
            table,
            new NameTableDecoder(table, interner),
            interner,
            nack,
            new Packer(deflater));
  }

  ResourceStore<?> store(ResourceType type) {
    return switch (type) {
      case CLUSTER -> clusters;
      case ENDPOINTS -> endpoints;
      case LISTENER -> listeners;
      case ROUTES -> routes;
      case SECRETS -> secrets;
      case NAME_TABLE -> names;
    };
  }

  /**
   * Applies a response: every resource that is right, and every removal.
   *
   * @param errors gets a line for each resource that is not
   * @param applied gets what was put in force
   * @return whether a snapshot would now differ; endpoints alone change the state behind it
   */
  boolean apply(
      Subscription subscription,
      Discovery.Response response,
      List<String> errors,
      List<String> applied,
      long now) {
    boolean changed = false;
    versions.put(subscription.type().shortName(), response.version());
    Set<String> seen = new HashSet<>();
    for (Discovery.Resource resource : response.resources()) {
      byte[] body = resource.body();
      if (!subscription.wants(resource.name())) {
        continue;
      }
      if (!seen.add(resource.name())) {
        errors.add(resource.name() + ": duplicate resource " + resource.name() + " found");
      } else if (body != null) {
        try {
          check(subscription.type(), resource);
          changed |= put(subscription.type(), resource.name(), resource.version(), body, now);
          applied.add(resource.name());
        } catch (IllegalArgumentException | WireFormatException e) {
          errors.add(resource.name() + ": " + e.getMessage());
        } catch (RuntimeException e) {
          // Whatever a control plane sends, it costs that resource and nothing else.
          errors.add(resource.name() + ": cannot be decoded: " + e);
        }
      }
    }
    for (String name : response.removed()) {
      changed |= remove(subscription.type(), name);
    }
    return changed;
  }

  private static void check(ResourceType type, Discovery.Resource resource) {
    if (!resource.typeUrl().equals(type.typeUrl())) {
      throw new IllegalArgumentException(
          "is a " + resource.typeUrl() + " in a response of " + type.typeUrl());
    }
  }

  private boolean put(ResourceType type, String name, String version, byte[] body, long now) {
    switch (type) {
      case CLUSTER -> {
        return putCluster(name, version, body, now);
      }
      case ENDPOINTS -> {
        return live.update(name, endpoints.put(name, version, body).value(), now);
      }
      case LISTENER -> listeners.put(name, version, body);
      case ROUTES -> routes.put(name, version, body);
      case SECRETS -> {
        // No part of a snapshot.
        secrets.put(name, version, body);
        return false;
      }
      case NAME_TABLE -> names.put(name, version, body);
    }
    return true;
  }

  private boolean putCluster(String name, String version, byte[] body, long now) {
    Cluster before = clusters.value(name);
    boolean same = clusters.holds(name, body);
    Cluster cluster = clusters.put(name, version, body).value();
    if (!cluster.name().equals(name)) {
      clusters.remove(name);
      throw new IllegalArgumentException("holds a cluster named " + cluster.name());
    }
    return !same && live.put(cluster, before, endpoints.value(cluster.serviceName()), now);
  }

  private boolean remove(ResourceType type, String name) {
    switch (type) {
      case CLUSTER -> {
        Held<Cluster> gone = clusters.remove(name);
        if (gone != null) {
          live.remove(gone.value());
        }
        return gone != null;
      }
      case LISTENER -> {
        return listeners.remove(name) != null;
      }
      case NAME_TABLE -> {
        return names.remove(name) != null;
      }
      case SECRETS -> {
        secrets.remove(name);
        return false;
      }
      // Routes and endpoints stay until what names them goes.
      case ROUTES, ENDPOINTS -> {
        return false;
      }
    }
    return false;
  }

  /** Drops what no subscription wants any more. */
  void retain(Set<String> routeNames, Set<String> serviceNames, Set<String> secretNames) {
    secrets.byName().keySet().retainAll(secretNames);
    routes.byName().keySet().retainAll(routeNames);
    if (endpoints.size() > 0) {
      endpoints.byName().keySet().retainAll(serviceNames);
    }
  }

  // ---- what else is to be asked for ----

  /** The route tables that listeners name, those of listeners still in force included. */
  Set<String> routesNamed() {
    Set<String> out = new LinkedHashSet<>();
    for (Held<Listener> listener : listeners.all()) {
      Mentions.routeTables(listener.value(), out);
    }
    for (Listener listener : liveListeners.values()) {
      if (listeners.value(listener.name()) != null) {
        Mentions.routeTables(listener, out);
      }
    }
    return out;
  }

  /** The secrets that clusters and listeners name. */
  Set<String> secretsNamed() {
    Set<String> out = new LinkedHashSet<>();
    for (Held<Cluster> cluster : clusters.all()) {
      Mentions.secrets(cluster.value(), out);
    }
    for (ClusterState state : live.all()) {
      Mentions.secrets(state.cluster(), out);
    }
    for (Held<Listener> listener : listeners.all()) {
      Mentions.secrets(listener.value(), out);
    }
    for (Listener listener : liveListeners.values()) {
      if (listeners.value(listener.name()) != null) {
        Mentions.secrets(listener, out);
      }
    }
    return out;
  }

  /** The secrets in force. */
  Map<String, Secret> secrets() {
    Map<String, Secret> out = new LinkedHashMap<>();
    secrets.byName().forEach((name, held) -> out.put(name, held.value()));
    return out;
  }

  /**
   * The resources of endpoints to hold: those asked for, those held already, and where {@code
   * prefetch} says so, up to the limit of the settings, those that routes name and then the rest.
   * What is held stays held while its cluster exists: endpoints that nobody updates would be worse
   * than none.
   */
  Set<String> endpointsWanted(Set<String> needed, boolean prefetch) {
    Set<String> out = new LinkedHashSet<>();
    for (String name : needed) {
      addService(name, out);
    }
    out.addAll(live.awaitedServices());
    for (String service : endpoints.byName().keySet()) {
      if (live.uses(service)) {
        out.add(service);
      }
    }
    if (prefetch && out.size() < settings.prefetch()) {
      fill(named(), out);
      fill(clusters.byName().keySet(), out);
    }
    return out;
  }

  private Set<String> named() {
    Set<String> named = new LinkedHashSet<>();
    for (Held<Listener> listener : listeners.all()) {
      Mentions.clusters(listener.value(), named);
    }
    for (Held<RouteTable> table : routes.all()) {
      Mentions.clusters(table.value(), named);
    }
    return named;
  }

  private void fill(Set<String> clusterNames, Set<String> out) {
    for (String name : clusterNames) {
      if (out.size() >= settings.prefetch()) {
        return;
      }
      addService(name, out);
    }
  }

  private void addService(String clusterName, Set<String> out) {
    Cluster cluster = clusters.value(clusterName);
    if (cluster != null && cluster.type() == Cluster.Type.EDS) {
      out.add(cluster.serviceName());
    }
  }

  @Nullable ClusterState live(String cluster) {
    return live.find(cluster);
  }

  /** The listeners whose routes are missing. */
  List<String> unroutedListeners() {
    List<String> out = new ArrayList<>();
    for (Held<Listener> listener : listeners.all()) {
      if (!isRouted(listener.value())) {
        out.add(listener.value().name());
      }
    }
    return out;
  }

  private boolean isRouted(Listener listener) {
    Set<String> needed = new LinkedHashSet<>();
    Mentions.routeTables(listener, needed);
    return routes.byName().keySet().containsAll(needed);
  }

  // ---- the snapshot ----

  MeshSnapshot snapshot() {
    MeshSnapshot.Builder out = MeshSnapshot.builder();
    for (Map.Entry<String, Held<Listener>> entry : listeners.byName().entrySet()) {
      Listener newest = entry.getValue().value();
      if (isRouted(newest)) {
        liveListeners.put(entry.getKey(), newest);
      }
    }
    liveListeners.keySet().retainAll(listeners.byName().keySet());
    Set<String> tables = new LinkedHashSet<>();
    // In the order of the control plane, which decides where two could match.
    for (String name : listeners.byName().keySet()) {
      Listener listener = liveListeners.get(name);
      if (listener != null) {
        out.listener(listener);
        Mentions.routeTables(listener, tables);
      }
    }
    for (String name : tables) {
      RouteTable table = routes.value(name);
      if (table != null) {
        out.routeTable(table);
      }
    }
    ClusterState own = live.find(settings.localCluster());
    LocalCluster local =
        own == null ? null : new LocalCluster(own, Locality.parse(settings.node().locality()));
    for (ClusterState state : live.all()) {
      state.localCluster(local);
      out.cluster(state);
    }
    List<NameTable.Entry> entries = new ArrayList<>();
    for (Held<List<NameTable.Entry>> held : names.all()) {
      entries.addAll(held.value());
    }
    for (Map.Entry<String, String> version : versions.entrySet()) {
      out.version(version.getKey(), version.getValue());
    }
    return out.nameTable(NameTable.of(entries, settings.node().namespace()))
        .identity(settings.node().sidecar())
        .captureRules(settings.captureRules())
        .httpsHosts(settings.httpsHosts())
        .build();
  }
}
