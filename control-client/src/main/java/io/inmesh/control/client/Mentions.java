package io.inmesh.control.client;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of other resources that a resource mentions. */
final class Mentions {
  private Mentions() {}

  static void routeTables(Listener listener, Set<String> into) {
    for (FilterChain chain : listener.chains()) {
      routeTable(chain, into);
    }
    routeTable(listener.defaultChain(), into);
  }

  private static void routeTable(@Nullable FilterChain chain, Set<String> into) {
    if (chain != null
        && chain.action() instanceof HttpConnectionManager manager
        && manager.routes() instanceof Routes.Named named) {
      into.add(named.routeTable());
    }
  }

  /** The clusters that connections of outbound chains go to. */
  static void clusters(Listener listener, Set<String> into) {
    if (listener.direction() == Listener.Direction.INBOUND) {
      return;
    }
    for (FilterChain chain : listener.chains()) {
      clusters(chain, into);
    }
    FilterChain fallback = listener.defaultChain();
    if (fallback != null) {
      clusters(fallback, into);
    }
  }

  private static void clusters(FilterChain chain, Set<String> into) {
    if (chain.action() instanceof FilterChainAction.TcpProxy proxy) {
      clusters(proxy.cluster(), into);
    } else if (chain.action() instanceof HttpConnectionManager manager
        && manager.routes() instanceof Routes.Inline inline) {
      clusters(inline.table(), into);
    }
  }

  /** The secrets that the control plane is to send for a cluster. */
  static void secrets(Cluster cluster, Set<String> into) {
    secrets(cluster.transportSecurity().fallback(), into);
    for (TransportSecurity.Match match : cluster.transportSecurity().matches()) {
      secrets(match.socket(), into);
    }
  }

  private static void secrets(TransportSocket socket, Set<String> into) {
    if (socket instanceof TransportSocket.Tls tls) {
      secret(tls.certificateSecret(), into);
      secret(tls.validationSecret(), into);
    }
  }

  /** The same for a listener. */
  static void secrets(Listener listener, Set<String> into) {
    for (FilterChain chain : listener.chains()) {
      secrets(chain, into);
    }
    FilterChain fallback = listener.defaultChain();
    if (fallback != null) {
      secrets(fallback, into);
    }
  }

  private static void secrets(FilterChain chain, Set<String> into) {
    chain
        .tls()
        .ifPresent(
            tls -> {
              secret(tls.certificateSecret(), into);
              secret(tls.validationSecret(), into);
            });
  }

  private static void secret(String name, Set<String> into) {
    if (SecretNames.isDelivered(name)) {
      into.add(name);
    }
  }

  static void clusters(RouteTable table, Set<String> into) {
    for (VirtualHost host : table.virtualHosts()) {
      for (Route route : host.routes()) {
        if (route.action() instanceof RouteAction.Forward forward) {
          clusters(forward.cluster(), into);
        }
      }
    }
  }

  private static void clusters(ClusterSpecifier specifier, Set<String> into) {
    if (specifier instanceof ClusterSpecifier.Single single) {
      into.add(single.cluster());
    } else if (specifier instanceof ClusterSpecifier.Weighted weighted) {
      for (ClusterSpecifier.WeightedCluster entry : weighted.clusters()) {
        if (entry.clusterHeader() == null) {
          into.add(entry.name());
        }
      }
    }
  }
}
