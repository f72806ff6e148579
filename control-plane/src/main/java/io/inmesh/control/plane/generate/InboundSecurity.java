package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;

/** The filters that decide whether a request or a connection may come in, in Istio's order. */
record InboundSecurity(List<HttpFilter> http, List<Filter> tcp) {
  static final InboundSecurity NONE = new InboundSecurity(List.of(), List.of());

  static InboundSecurity of(NodeScope scope) {
    CustomAuthorization custom = new CustomAuthorization(scope);
    Authorization authorization = new Authorization(scope);
    List<HttpFilter> http = new ArrayList<>(custom.http());
    http.addAll(JwtFilter.of(scope.requestAuthentications()));
    http.addAll(authorization.http());
    List<Filter> tcp = new ArrayList<>(custom.tcp());
    tcp.addAll(authorization.tcp());
    return new InboundSecurity(List.copyOf(http), List.copyOf(tcp));
  }
}
