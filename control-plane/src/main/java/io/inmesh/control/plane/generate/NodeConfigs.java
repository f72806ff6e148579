package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.ProxyNode;
import io.inmesh.control.plane.model.Registry;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What nodes are served from one state of the registry. What their calls need is made once a {@link
 * Vantage}, and kept while memory lasts: workloads restart, and streams end. Thread-safe.
 */
public final class NodeConfigs {
  private final Registry registry;
  private final Map<Vantage, SoftReference<OutboundConfig>> outbound = new ConcurrentHashMap<>();

  public NodeConfigs(Registry registry) {
    this.registry = registry;
  }

  /** Everything that a node is served. */
  public NodeConfig of(ProxyNode node) {
    NodeScope scope = new NodeScope(node, registry);
    return new NodeConfig(scope, outbound(scope.vantage(), node));
  }

  private OutboundConfig outbound(Vantage vantage, ProxyNode node) {
    SoftReference<OutboundConfig> kept = outbound.get(vantage);
    @Nullable OutboundConfig known = kept == null ? null : kept.get();
    if (known != null) {
      return known;
    }
    // Two at once may both make one; either serves.
    OutboundConfig made = new OutboundConfig(new NodeScope(node, registry));
    outbound.put(vantage, new SoftReference<>(made));
    return made;
  }
}
