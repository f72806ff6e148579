package io.inmesh.it.oracle;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.nio.file.Path;
import java.util.Map;

/**
 * Listeners of istiod for a stock Envoy. {@code virtualOutbound} stays the one that is bound, and
 * hands connections over by their original destination as it does in a pod; only that a PROXY line
 * tells the destination and not the kernel. Filter chains and routes get names that tell them apart
 * in the access log.
 */
final class StockListeners {
  private final Map<String, RouteConfiguration> routes;
  private final int port;
  private final AccessLog accessLog;

  StockListeners(Map<String, RouteConfiguration> routes, int port, Path log) {
    this.routes = routes;
    this.port = port;
    accessLog =
        AccessLog.newBuilder()
            .setName("envoy.access_loggers.file")
            .setTypedConfig(
                Any.pack(
                    FileAccessLog.newBuilder()
                        .setPath(log.toString())
                        .setLogFormat(
                            SubstitutionFormatString.newBuilder()
                                .setTextFormatSource(
                                    DataSource.newBuilder().setInlineString(AccessLine.FORMAT)))
                        .build()))
            .build();
  }

  Listener stock(Listener listener) {
    Listener.Builder stock = listener.toBuilder().clearAccessLog();
    if (listener.getUseOriginalDst().getValue()) {
      stock
          .getAddressBuilder()
          .getSocketAddressBuilder()
          .setAddress("127.0.0.1")
          .setPortValue(port);
      stock.addListenerFilters(
          0,
          ListenerFilter.newBuilder()
              .setName("envoy.filters.listener.proxy_protocol")
              .setTypedConfig(Any.pack(ProxyProtocol.getDefaultInstance())));
    }
    for (int i = 0; i < listener.getFilterChainsCount(); i++) {
      stock.setFilterChains(
          i, stock(listener.getFilterChains(i), listener.getName() + AccessLine.CHAIN + i));
    }
    if (listener.hasDefaultFilterChain()) {
      stock.setDefaultFilterChain(
          stock(
              listener.getDefaultFilterChain(),
              listener.getName() + AccessLine.CHAIN + AccessLine.DEFAULT));
    }
    return stock.build();
  }

  private FilterChain stock(FilterChain chain, String name) {
    FilterChain.Builder stock = chain.toBuilder().setName(name).clearFilters();
    for (Filter filter : chain.getFiltersList()) {
      if (!filter.getName().startsWith("istio.")) {
        stock.addFilters(filter.toBuilder().setTypedConfig(stock(filter.getTypedConfig())));
      }
    }
    return stock.build();
  }

  private Any stock(Any config) {
    try {
      if (config.is(TcpProxy.class)) {
        return Any.pack(
            config.unpack(TcpProxy.class).toBuilder()
                .clearAccessLog()
                .addAccessLog(accessLog)
                .build());
      }
      return Any.pack(stock(config.unpack(HttpConnectionManager.class)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not known to the oracle: " + config.getTypeUrl(), e);
    }
  }

  private HttpConnectionManager stock(HttpConnectionManager manager) {
    HttpConnectionManager.Builder stock =
        manager.toBuilder().clearTracing().clearAccessLog().addAccessLog(accessLog);
    stock.clearHttpFilters();
    manager.getHttpFiltersList().stream()
        .filter(filter -> !filter.getName().startsWith("istio."))
        .forEach(stock::addHttpFilters);
    if (manager.hasRds()) {
      RouteConfiguration table = routes.get(manager.getRds().getRouteConfigName());
      if (table == null) {
        throw new IllegalArgumentException("no routes " + manager.getRds().getRouteConfigName());
      }
      stock.setRouteConfig(named(table));
    }
    return stock.build();
  }

  private static RouteConfiguration named(RouteConfiguration table) {
    RouteConfiguration.Builder named = table.toBuilder().setValidateClusters(BoolValue.of(false));
    for (VirtualHost.Builder host : named.getVirtualHostsBuilderList()) {
      for (int i = 0; i < host.getRoutesCount(); i++) {
        host.getRoutesBuilder(i).setName(Choice.route(table.getName(), host.getName(), i));
      }
    }
    return named.build();
  }
}
