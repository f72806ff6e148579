package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.ArrayList;
import java.util.List;

/** Reads from a listener which route tables it needs. */
final class RouteNames {
  private RouteNames() {}

  static List<String> of(Any body) {
    List<String> out = new ArrayList<>();
    try {
      for (FilterChain chain : body.unpack(Listener.class).getFilterChainsList()) {
        for (Filter filter : chain.getFiltersList()) {
          if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
            String name =
                filter
                    .getTypedConfig()
                    .unpack(HttpConnectionManager.class)
                    .getRds()
                    .getRouteConfigName();
            if (!name.isEmpty()) {
              out.add(name);
            }
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a listener made here cannot be read", e);
    }
    return out;
  }
}
