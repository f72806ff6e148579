package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.CorsPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Envoy's CORS filter on one request that has an origin. */
final class CorsRun {
  private final List<CorsPolicy> policies;
  private final String origin;
  private final boolean allowed;

  private CorsRun(List<CorsPolicy> policies, String origin) {
    this.policies = policies;
    this.origin = origin;
    allowed = allows(origin);
  }

  /** Null where the filter has nothing to do. */
  static @Nullable CorsRun of(RouteScope scope, RequestHead head) {
    List<CorsPolicy> policies = scope.cors();
    if (policies.isEmpty()
        || !policies.get(0).filterEnabled().selects(Draws.cors(scope.random()))) {
      return null;
    }
    String origin = head.header("origin");
    return origin == null || origin.isEmpty() ? null : new CorsRun(policies, origin);
  }

  /** The answer to a preflight, or null where the request goes on. */
  @Nullable LocalReply preflight(RequestHead head) {
    String method = head.header("access-control-request-method");
    if (!head.method().equals("OPTIONS") || method == null || method.isEmpty()) {
      return null;
    }
    if (!allowed && !Boolean.FALSE.equals(first(CorsPolicy::forwardNotMatchingPreflights))) {
      return null;
    }
    List<Header> headers = new ArrayList<>();
    if (allowed) {
      headers.add(new Header("access-control-allow-origin", origin));
    }
    if (allowsCredentials()) {
      headers.add(new Header("access-control-allow-credentials", "true"));
    }
    echo(headers, "access-control-allow-methods", text(CorsPolicy::allowMethods), method);
    echo(
        headers,
        "access-control-allow-headers",
        text(CorsPolicy::allowHeaders),
        head.header("access-control-request-headers"));
    String age = text(CorsPolicy::maxAge);
    if (!age.isEmpty()) {
      headers.add(new Header("access-control-max-age", age));
    }
    if (Boolean.TRUE.equals(first(CorsPolicy::allowPrivateNetworkAccess))
        && "true".equals(head.header("access-control-request-private-network"))) {
      headers.add(new Header("access-control-allow-private-network", "true"));
    }
    return new LocalReply(200, "", headers, Set.of(), "cors_response", LocalReply.Cause.NONE);
  }

  /** Who may read the response. */
  void editResponse(HeaderEditor headers) {
    if (!allowed) {
      return;
    }
    headers.setHeader("access-control-allow-origin", origin);
    if (allowsCredentials()) {
      headers.setHeader("access-control-allow-credentials", "true");
    }
    String exposed = text(CorsPolicy::exposeHeaders);
    if (!exposed.isEmpty()) {
      headers.setHeader("access-control-expose-headers", exposed);
    }
  }

  private boolean allows(String candidate) {
    for (CorsPolicy policy : policies) {
      if (policy.allowOrigins().isEmpty()) {
        continue;
      }
      for (StringMatcher matcher : policy.allowOrigins()) {
        if (matcher.matches("*") || matcher.matches(candidate)) {
          return true;
        }
      }
      return false;
    }
    return false;
  }

  private boolean allowsCredentials() {
    return Boolean.TRUE.equals(first(CorsPolicy::allowCredentials));
  }

  private static void echo(
      List<Header> headers, String name, String configured, @Nullable String asked) {
    if (!configured.isEmpty()) {
      String value = configured.equals("*") ? (asked == null ? "" : asked) : configured;
      headers.add(new Header(name, value));
    }
  }

  private String text(Function<CorsPolicy, String> field) {
    for (CorsPolicy policy : policies) {
      String value = field.apply(policy);
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private @Nullable Boolean first(Function<CorsPolicy, @Nullable Boolean> field) {
    for (CorsPolicy policy : policies) {
      Boolean value = field.apply(policy);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
