package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;

/** The route table inside an inbound chain: everything to the workload. */
final class InboundRoutes {
  private InboundRoutes() {}

  /** The table named like the cluster; {@code retry} is for all but gRPC. */
  static RouteConfiguration table(String cluster, int servicePort, String host, boolean retry) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setCluster(cluster)
            .setTimeout(Protos.ZERO)
            .setMaxStreamDuration(
                RouteAction.MaxStreamDuration.newBuilder()
                    .setMaxStreamDuration(Protos.ZERO)
                    .setGrpcTimeoutHeaderMax(Protos.ZERO));
    if (retry) {
      action.setRetryPolicy(
          RetryPolicy.newBuilder()
              .setRetryOn("reset-before-request")
              .setNumRetries(Protos.uint32(2)));
    }
    return RouteConfiguration.newBuilder()
        .setName(cluster)
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName("inbound|http|" + servicePort)
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setName("default")
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(action)
                        .setDecorator(
                            Decorator.newBuilder().setOperation(host + ":" + servicePort + "/*"))))
        .setValidateClusters(Protos.bool(false))
        .build();
  }
}
