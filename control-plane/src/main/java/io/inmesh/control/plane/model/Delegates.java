package io.inmesh.control.plane.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the routes of delegate VirtualServices into the roots that name them. */
final class Delegates {
  private Delegates() {}

  /** The VirtualServices with hosts, each with its delegates' routes in place. */
  static List<VirtualService> resolve(List<VirtualService> all) {
    Map<String, VirtualService> delegates = new HashMap<>();
    for (VirtualService vs : all) {
      if (vs.hosts().isEmpty()) {
        delegates.put(vs.meta().namespace() + "/" + vs.meta().name(), vs);
      }
    }
    List<VirtualService> out = new ArrayList<>();
    for (VirtualService vs : all) {
      if (!vs.hosts().isEmpty()) {
        out.add(resolve(vs, delegates));
      }
    }
    return out;
  }

  private static VirtualService resolve(
      VirtualService root, Map<String, VirtualService> delegates) {
    List<HttpRoute> http = new ArrayList<>();
    for (HttpRoute route : root.http()) {
      HttpRoute.Delegate named = route.delegate();
      if (named == null) {
        http.add(route);
        continue;
      }
      String namespace = named.namespace().isEmpty() ? root.meta().namespace() : named.namespace();
      VirtualService delegate = delegates.get(namespace + "/" + named.name());
      if (delegate == null) {
        continue;
      }
      for (HttpRoute below : delegate.http()) {
        HttpRoute merged = merge(route, below);
        if (merged != null) {
          http.add(merged);
        }
      }
    }
    return new VirtualService(
        root.meta(), root.hosts(), root.gateways(), root.exportTo(), http, root.tls(), root.tcp());
  }

  private static @Nullable HttpRoute merge(HttpRoute root, HttpRoute below) {
    List<HttpMatch> matches = new ArrayList<>();
    if (root.matches().isEmpty()) {
      matches.addAll(below.matches());
    } else if (below.matches().isEmpty()) {
      matches.addAll(root.matches());
    } else {
      for (HttpMatch outer : root.matches()) {
        for (HttpMatch inner : below.matches()) {
          HttpMatch merged = merge(outer, inner);
          if (merged != null) {
            matches.add(merged);
          }
        }
      }
      // a delegate's route that the root can never let through is left out, as istiod does
      if (matches.isEmpty()) {
        return null;
      }
    }
    String name =
        root.name().isEmpty() || below.name().isEmpty()
            ? root.name() + below.name()
            : root.name() + "-" + below.name();
    return new HttpRoute(
        name,
        matches,
        below.destinations(),
        below.redirect(),
        below.directResponse(),
        null,
        below.rewrite() != null ? below.rewrite() : root.rewrite(),
        below.timeout() != null ? below.timeout() : root.timeout(),
        below.retries() != null ? below.retries() : root.retries(),
        below.fault() != null ? below.fault() : root.fault(),
        below.mirrors().isEmpty() ? root.mirrors() : below.mirrors(),
        below.cors() != null ? below.cors() : root.cors(),
        below.headers().equals(HttpRoute.HeaderOperations.NONE) ? root.headers() : below.headers(),
        below.source());
  }

  private static @Nullable HttpMatch merge(HttpMatch root, HttpMatch below) {
    if (!covers(root.uri(), below.uri())
        || conflict(root.scheme(), below.scheme())
        || conflict(root.method(), below.method())
        || conflict(root.authority(), below.authority())
        || conflict(root.headers(), below.headers())
        || conflict(root.withoutHeaders(), below.withoutHeaders())
        || conflict(root.queryParams(), below.queryParams())
        || (root.port() != 0 && below.port() != 0 && root.port() != below.port())) {
      return null;
    }
    return new HttpMatch(
        root.name().isEmpty() || below.name().isEmpty()
            ? root.name() + below.name()
            : root.name() + "-" + below.name(),
        below.uri() != null ? below.uri() : root.uri(),
        below.scheme() != null ? below.scheme() : root.scheme(),
        below.method() != null ? below.method() : root.method(),
        below.authority() != null ? below.authority() : root.authority(),
        union(root.headers(), below.headers()),
        union(root.withoutHeaders(), below.withoutHeaders()),
        union(root.queryParams(), below.queryParams()),
        below.port() != 0 ? below.port() : root.port(),
        union(root.sourceLabels(), below.sourceLabels()),
        below.sourceNamespace().isEmpty() ? root.sourceNamespace() : below.sourceNamespace(),
        below.gateways().isEmpty() ? root.gateways() : below.gateways(),
        root.ignoreUriCase() || below.ignoreUriCase(),
        below.statPrefix().isEmpty() ? root.statPrefix() : below.statPrefix());
  }

  /** Whether the root's uri lets the delegate's narrower one through. */
  private static boolean covers(@Nullable StringMatch root, @Nullable StringMatch below) {
    if (root == null || below == null) {
      return true;
    }
    return (root.kind() == StringMatch.Kind.PREFIX && below.kind() != StringMatch.Kind.REGEX)
        ? below.value().startsWith(root.value())
        : root.equals(below);
  }

  private static boolean conflict(@Nullable StringMatch root, @Nullable StringMatch below) {
    return !covers(root, below);
  }

  private static boolean conflict(Map<String, StringMatch> root, Map<String, StringMatch> below) {
    for (Map.Entry<String, StringMatch> entry : below.entrySet()) {
      StringMatch outer = root.get(entry.getKey());
      if (outer != null && conflict(outer, entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  private static <V> Map<String, V> union(Map<String, V> root, Map<String, V> below) {
    Map<String, V> out = new LinkedHashMap<>(root);
    out.putAll(below);
    return out;
  }
}
