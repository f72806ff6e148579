package io.inmesh.control.plane.generate;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.ClientTls;
import io.inmesh.control.plane.model.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Endpoints of one cluster by locality, with the priorities and weights for one caller. */
final class EndpointBuilder {
  private final NodeScope scope;

  EndpointBuilder(NodeScope scope) {
    this.scope = scope;
  }

  /**
   * The load assignment of a cluster.
   *
   * @param labels of the subset, empty for the whole service
   */
  ClusterLoadAssignment build(
      String cluster,
      Service service,
      ServicePort port,
      Map<String, String> labels,
      TrafficPolicy policy) {
    Map<Locality, List<Instance>> byLocality = new TreeMap<>();
    for (Instance instance : service.instances()) {
      if (instance.spec().labels().entrySet().containsAll(labels.entrySet())
          && !instance.spec().address().isEmpty()) {
        byLocality
            .computeIfAbsent(instance.spec().locality(), key -> new ArrayList<>())
            .add(instance);
      }
    }
    List<LocalityGroup> groups = new ArrayList<>();
    byLocality.forEach((locality, instances) -> groups.add(new LocalityGroup(locality, instances)));
    LocalityBalance.apply(
        groups,
        scope.locality(),
        scope.node().labels(),
        LocalityBalance.setting(policy, scope.mesh()),
        policy.outlierDetection() != null);
    ClusterLoadAssignment.Builder out = ClusterLoadAssignment.newBuilder().setClusterName(cluster);
    for (LocalityGroup group : groups) {
      addGroup(out, group, port, policy.tls());
    }
    return out.build();
  }

  private void addGroup(
      ClusterLoadAssignment.Builder out,
      LocalityGroup group,
      ServicePort port,
      @Nullable ClientTls tls) {
    Map<Integer, List<Instance>> byPriority = new TreeMap<>();
    for (int i = 0; i < group.instances().size(); i++) {
      byPriority
          .computeIfAbsent(group.priority(i), key -> new ArrayList<>())
          .add(group.instances().get(i));
    }
    byPriority.forEach(
        (priority, instances) -> {
          LocalityLbEndpoints.Builder lb =
              LocalityLbEndpoints.newBuilder()
                  .setLocality(locality(group.locality()))
                  .setPriority(priority);
          int total = 0;
          for (Instance instance : instances) {
            int weight = LocalityGroup.weight(instance);
            total += weight;
            lb.addLbEndpoints(endpoint(instance, instance.spec().targetPort(port), weight, tls));
          }
          out.addEndpoints(
              lb.setLoadBalancingWeight(
                  Protos.uint32(group.givenWeight() > 0 ? group.givenWeight() : total)));
        });
    if (group.instances().isEmpty()) {
      out.addEndpoints(LocalityLbEndpoints.newBuilder().setLocality(locality(group.locality())));
    }
  }

  /** The assignment of a DNS service without endpoints: its host name. */
  ClusterLoadAssignment ofHost(
      String cluster, Service service, ServicePort port, @Nullable ClientTls tls) {
    Instance self =
        new Instance(
            "",
            service.namespace(),
            new WorkloadSpec(service.host(), Map.of(), Map.of(), "", Locality.EMPTY, 0, ""));
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(cluster)
        .addEndpoints(
            LocalityLbEndpoints.newBuilder()
                .setLocality(locality(Locality.EMPTY))
                .addLbEndpoints(endpoint(self, self.spec().targetPort(port), 1, tls))
                .setLoadBalancingWeight(Protos.uint32(1)))
        .build();
  }

  private LbEndpoint endpoint(Instance instance, int port, int weight, @Nullable ClientTls tls) {
    Metadata.Builder metadata = Metadata.newBuilder();
    if (speaksMutualTls(instance, port, tls)) {
      metadata.putFilterMetadata("envoy.transport_socket_match", Protos.struct(tlsMode()));
    }
    metadata.putFilterMetadata(
        "istio",
        Protos.struct(
            Map.of("workload", Protos.text(instance.metadata(scope.node().clusterId())))));
    return LbEndpoint.newBuilder()
        .setEndpoint(
            Endpoint.newBuilder().setAddress(Protos.address(instance.spec().address(), port)))
        .setMetadata(metadata)
        .setLoadBalancingWeight(Protos.uint32(weight))
        .build();
  }

  /** A DestinationRule's word counts alone; else the endpoint's own and that of its port's mode. */
  private boolean speaksMutualTls(Instance instance, int port, @Nullable ClientTls tls) {
    if (tls != null) {
      return tls.mode() == ClientTls.Mode.ISTIO_MUTUAL;
    }
    return instance.spec().speaksMutualTls()
        && scope
                .peerAuthentications()
                .of(instance.namespace(), instance.spec().labels())
                .onPort(port)
            != Mode.DISABLE;
  }

  private static Map<String, Value> tlsMode() {
    return Map.of("tlsMode", Protos.text("istio"));
  }

  private static io.envoyproxy.envoy.config.core.v3.Locality locality(Locality locality) {
    return io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
        .setRegion(locality.region())
        .setZone(locality.zone())
        .setSubZone(locality.subZone())
        .build();
  }
}
