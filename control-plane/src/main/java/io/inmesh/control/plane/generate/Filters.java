package io.inmesh.control.plane.generate;

import com.github.udpa.udpa.type.v1.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.inmesh.control.plane.model.MeshConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filters that every chain has, in Istio's order. */
final class Filters {
  private static final String LOG_FORMAT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
          + " %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\""
          + " %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"
          + " \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\""
          + " \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW%"
          + " %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"
          + " %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";
  private static final int FIRST_READ = 512;

  private Filters() {}

  /** The filters of a connection manager, with those that let requests in where they belong. */
  static List<HttpFilter> http(boolean inbound, List<HttpFilter> security, MeshConfig mesh) {
    List<HttpFilter> out = new ArrayList<>();
    out.add(http("istio.metadata_exchange", peerMetadata(inbound)));
    out.addAll(security);
    out.add(
        http(
            "envoy.filters.http.grpc_stats",
            Protos.any(
                FilterConfig.newBuilder()
                    .setEmitFilterState(true)
                    .setStatsForAllMethods(Protos.bool(false))
                    .build())));
    if (!inbound) {
      out.add(http("istio.alpn", IstioMessages.alpn()));
    }
    out.add(http("envoy.filters.http.fault", Protos.any(HTTPFault.getDefaultInstance())));
    out.add(http("envoy.filters.http.cors", Protos.any(Cors.getDefaultInstance())));
    if (mesh.prometheusMetrics()) {
      out.add(http("istio.stats", IstioMessages.stats(inbound)));
    }
    out.add(http("envoy.filters.http.router", Protos.any(Router.getDefaultInstance())));
    return out;
  }

  /** The network filters before {@code tcp_proxy} or the HTTP connection manager. */
  static List<Filter> network(
      boolean inbound, boolean http, List<Filter> security, MeshConfig mesh) {
    List<Filter> out = new ArrayList<>();
    if (inbound) {
      out.add(network("istio.metadata_exchange", exchange()));
    }
    out.addAll(security);
    if (mesh.prometheusMetrics() && !http) {
      out.add(network("istio.stats", IstioMessages.stats(inbound)));
    }
    return out;
  }

  static io.envoyproxy.envoy.config.cluster.v3.Filter clusterPeerMetadata() {
    return io.envoyproxy.envoy.config.cluster.v3.Filter.newBuilder()
        .setName("istio.metadata_exchange")
        .setTypedConfig(exchange())
        .build();
  }

  static List<AccessLog> accessLog(MeshConfig mesh) {
    if (mesh.accessLogFile().isEmpty()) {
      return List.of();
    }
    FileAccessLog file =
        FileAccessLog.newBuilder()
            .setPath(mesh.accessLogFile())
            .setLogFormat(
                SubstitutionFormatString.newBuilder()
                    .setTextFormatSource(DataSource.newBuilder().setInlineString(LOG_FORMAT)))
            .build();
    return List.of(
        AccessLog.newBuilder()
            .setName("envoy.access_loggers.file")
            .setTypedConfig(Protos.any(file))
            .build());
  }

  /** A listener's own log: connections that none of its chains takes. */
  static List<AccessLog> noRouteLog(MeshConfig mesh) {
    return accessLog(mesh).stream()
        .map(
            log ->
                log.toBuilder()
                    .setFilter(
                        AccessLogFilter.newBuilder()
                            .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags("NR")))
                    .build())
        .toList();
  }

  static ListenerFilter tlsInspector() {
    return listener(
        "envoy.filters.listener.tls_inspector",
        Protos.any(
            TlsInspector.newBuilder().setInitialReadBufferSize(Protos.uint32(FIRST_READ)).build()));
  }

  static ListenerFilter httpInspector() {
    return listener(
        "envoy.filters.listener.http_inspector", Protos.any(HttpInspector.getDefaultInstance()));
  }

  static ListenerFilter originalDst() {
    return listener(
        "envoy.filters.listener.original_dst", Protos.any(OriginalDst.getDefaultInstance()));
  }

  private static ListenerFilter listener(String name, Any config) {
    return ListenerFilter.newBuilder().setName(name).setTypedConfig(config).build();
  }

  static HttpFilter http(String name, Any config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
  }

  static Filter network(String name, Any config) {
    return Filter.newBuilder().setName(name).setTypedConfig(config).build();
  }

  private static Any exchange() {
    return typedStruct(
        "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
        Protos.struct(
            Map.of(
                "enable_discovery", Protos.truth(true),
                "protocol", Protos.text("istio-peer-exchange"))));
  }

  private static Any peerMetadata(boolean inbound) {
    String side = inbound ? "downstream" : "upstream";
    return typedStruct(
        "type.googleapis.com/io.istio.http.peer_metadata.Config",
        Protos.struct(
            Map.of(
                side + "_discovery", list("istio_headers", "workload_discovery"),
                side + "_propagation", list("istio_headers"))));
  }

  private static Value list(String... names) {
    ListValue.Builder out = ListValue.newBuilder();
    for (String name : names) {
      out.addValues(Protos.object(Map.of(name, Protos.object(Map.of()))));
    }
    return Value.newBuilder().setListValue(out).build();
  }

  private static Any typedStruct(String type, Struct value) {
    return Protos.any(TypedStruct.newBuilder().setTypeUrl(type).setValue(value).build());
  }
}
