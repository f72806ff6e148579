package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.inmesh.control.plane.model.HttpRoute;
import io.inmesh.control.plane.model.HttpRoute.Headers;
import io.inmesh.control.plane.model.StringMatch;
import io.inmesh.control.plane.model.TrafficPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What Istio's route actions become in Envoy's terms. */
final class RouteActions {
  private static final List<String> GRPC_CODES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private RouteActions() {}

  static RedirectAction redirect(HttpRoute.Redirect redirect, int listenerPort) {
    RedirectAction.Builder out =
        RedirectAction.newBuilder()
            .setHostRedirect(redirect.authority())
            .setPathRedirect(redirect.uri());
    if (!redirect.scheme().isEmpty()) {
      out.setSchemeRedirect(redirect.scheme());
    }
    if (redirect.portGiven()) {
      int port = redirect.portFromRequest() ? listenerPort : redirect.port();
      String scheme = redirect.scheme().isEmpty() ? "http" : redirect.scheme();
      boolean usual =
          (port == 80 && scheme.equals("http")) || (port == 443 && scheme.equals("https"));
      out.setPortRedirect(usual ? 0 : port);
    }
    out.setResponseCode(
        switch (redirect.code()) {
          case 302 -> RedirectResponseCode.FOUND;
          case 303 -> RedirectResponseCode.SEE_OTHER;
          case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
          case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
          default -> RedirectResponseCode.MOVED_PERMANENTLY;
        });
    return out.build();
  }

  static DirectResponseAction directResponse(HttpRoute.DirectResponse response) {
    DirectResponseAction.Builder out =
        DirectResponseAction.newBuilder().setStatus(response.status());
    String body = response.body();
    if (body != null) {
      DataSource.Builder source = DataSource.newBuilder();
      out.setBody(
          response.bodyIsBytes()
              ? source.setInlineBytes(ByteString.copyFrom(Base64.getDecoder().decode(body)))
              : source.setInlineString(body));
    }
    return out.build();
  }

  static RequestMirrorPolicy mirror(String cluster, double percentage) {
    return RequestMirrorPolicy.newBuilder()
        .setCluster(cluster)
        .setRuntimeFraction(
            RuntimeFractionalPercent.newBuilder().setDefaultValue(Protos.millionths(percentage)))
        .setTraceSampled(Protos.bool(false))
        .setDisableShadowHostSuffixAppend(true)
        .build();
  }

  static Any fault(HttpRoute.Fault fault) {
    HTTPFault.Builder out = HTTPFault.newBuilder();
    HttpRoute.Delay delay = fault.delay();
    if (delay != null) {
      out.setDelay(
          FaultDelay.newBuilder()
              .setFixedDelay(Protos.duration(delay.fixedDelay()))
              .setPercentage(Protos.millionths(delay.percentage())));
    }
    HttpRoute.Abort abort = fault.abort();
    if (abort != null) {
      FaultAbort.Builder built =
          FaultAbort.newBuilder().setPercentage(Protos.millionths(abort.percentage()));
      if (abort.httpStatus() > 0) {
        built.setHttpStatus(abort.httpStatus());
      } else {
        built.setGrpcStatus(grpcCode(abort.grpcStatus()));
      }
      out.setAbort(built);
    }
    return Protos.any(out.build());
  }

  private static int grpcCode(String name) {
    int code = GRPC_CODES.indexOf(name.toUpperCase(Locale.ROOT));
    return code < 0 ? GRPC_CODES.indexOf("UNKNOWN") : code;
  }

  static Any cors(HttpRoute.Cors cors) {
    CorsPolicy.Builder out = CorsPolicy.newBuilder();
    for (StringMatch origin : cors.allowOrigins()) {
      if (origin.kind() != null) {
        out.addAllowOriginStringMatch(RouteMatches.string(origin));
      }
    }
    out.setAllowMethods(String.join(",", cors.allowMethods()))
        .setAllowHeaders(String.join(",", cors.allowHeaders()))
        .setExposeHeaders(String.join(",", cors.exposeHeaders()));
    Duration maxAge = cors.maxAge();
    if (maxAge != null) {
      out.setMaxAge(Long.toString(maxAge.toSeconds()));
    }
    Boolean credentials = cors.allowCredentials();
    if (credentials != null) {
      out.setAllowCredentials(Protos.bool(credentials));
    }
    out.setFilterEnabled(
            RuntimeFractionalPercent.newBuilder()
                .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100)))
        .setForwardNotMatchingPreflights(Protos.bool(cors.forwardUnmatchedPreflights()));
    return Protos.any(out.build());
  }

  static List<HeaderValueOption> additions(Headers headers) {
    List<HeaderValueOption> out = new ArrayList<>();
    new TreeMap<>(headers.set())
        .forEach(
            (name, value) -> {
              if (!isAuthority(name)) {
                out.add(header(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
              }
            });
    new TreeMap<>(headers.add())
        .forEach(
            (name, value) -> {
              if (!isAuthority(name)) {
                out.add(header(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
              }
            });
    return out;
  }

  /** The authority that header operations ask for, or empty: Envoy wants it as a host rewrite. */
  static String authority(Headers headers) {
    for (Map<String, String> from : List.of(headers.set(), headers.add())) {
      for (Map.Entry<String, String> entry : from.entrySet()) {
        if (isAuthority(entry.getKey())) {
          return entry.getValue();
        }
      }
    }
    return "";
  }

  private static boolean isAuthority(String name) {
    return name.equalsIgnoreCase("host") || name.equalsIgnoreCase(":authority");
  }

  private static HeaderValueOption header(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .build();
  }

  static RouteAction.@Nullable HashPolicy hash(TrafficPolicy.@Nullable ConsistentHash hash) {
    if (hash == null) {
      return null;
    }
    RouteAction.HashPolicy.Builder out = RouteAction.HashPolicy.newBuilder();
    TrafficPolicy.HttpCookie cookie = hash.httpCookie();
    if (!hash.httpHeaderName().isEmpty()) {
      out.setHeader(
          RouteAction.HashPolicy.Header.newBuilder().setHeaderName(hash.httpHeaderName()));
    } else if (cookie != null) {
      RouteAction.HashPolicy.Cookie.Builder built =
          RouteAction.HashPolicy.Cookie.newBuilder().setName(cookie.name()).setPath(cookie.path());
      Duration ttl = cookie.ttl();
      if (ttl != null) {
        built.setTtl(Protos.duration(ttl));
      }
      out.setCookie(built);
    } else if (hash.useSourceIp()) {
      out.setConnectionProperties(
          RouteAction.HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
    } else {
      out.setQueryParameter(
          RouteAction.HashPolicy.QueryParameter.newBuilder()
              .setName(hash.httpQueryParameterName()));
    }
    return out.build();
  }
}
