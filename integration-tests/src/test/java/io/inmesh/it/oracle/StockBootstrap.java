package io.inmesh.it.oracle;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.nio.file.Path;

/**
 * A recording as the static configuration of a stock Envoy. All that decides stays as istiod sent
 * it; what only reports, or needs Istio's own build, is left out.
 */
final class StockBootstrap {
  // Of a reserved service: a cluster's host is never reached, whatever else runs on the machine.
  private static final int NOBODY = 1;

  private StockBootstrap() {}

  /**
   * The configuration.
   *
   * @param port of 127.0.0.1 where all connections come in, each behind a PROXY line
   * @param log what {@link AccessLine} reads
   */
  static Bootstrap of(Recording recording, int port, Path log) {
    Bootstrap.Builder bootstrap =
        Bootstrap.newBuilder()
            .setNode(Node.newBuilder().setId(recording.nodeId()).setCluster("oracle"));
    StockListeners listeners = new StockListeners(recording.routes(), port, log);
    for (Listener listener : recording.outbound()) {
      bootstrap.getStaticResourcesBuilder().addListeners(listeners.stock(listener));
    }
    for (Cluster cluster : recording.clusters()) {
      bootstrap.getStaticResourcesBuilder().addClusters(stock(cluster, recording));
    }
    return bootstrap.build();
  }

  // That it exists, under which name, is all that a choice asks of a cluster.
  private static Cluster stock(Cluster cluster, Recording recording) {
    String service = cluster.getEdsClusterConfig().getServiceName();
    ClusterLoadAssignment.Builder hosts =
        ClusterLoadAssignment.newBuilder().setClusterName(cluster.getName());
    ClusterLoadAssignment recorded =
        recording.endpoints().get(service.isEmpty() ? cluster.getName() : service);
    if (cluster.getType() == Cluster.DiscoveryType.EDS && recorded != null) {
      for (LocalityLbEndpoints locality : recorded.getEndpointsList()) {
        LocalityLbEndpoints.Builder group = hosts.addEndpointsBuilder();
        group.setLocality(locality.getLocality());
        for (LbEndpoint endpoint : locality.getLbEndpointsList()) {
          Address.Builder address = endpoint.getEndpoint().getAddress().toBuilder();
          address.getSocketAddressBuilder().setPortValue(NOBODY);
          group.addLbEndpointsBuilder().getEndpointBuilder().setAddress(address);
        }
      }
    }
    return Cluster.newBuilder()
        .setName(cluster.getName())
        .setAltStatName(cluster.getAltStatName())
        .setType(Cluster.DiscoveryType.STATIC)
        .setConnectTimeout(Duration.newBuilder().setNanos(200_000_000))
        .setLoadAssignment(hosts)
        .build();
  }
}
