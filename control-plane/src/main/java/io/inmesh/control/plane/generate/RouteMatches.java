package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.inmesh.control.plane.model.HttpMatch;
import io.inmesh.control.plane.model.StringMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Istio's match conditions as Envoy's. */
final class RouteMatches {
  private RouteMatches() {}

  /** The match; null means everything. */
  static RouteMatch of(@Nullable HttpMatch match) {
    RouteMatch.Builder out = RouteMatch.newBuilder().setPrefix("/");
    if (match == null) {
      return out.build();
    }
    List<HeaderMatcher> headers = new ArrayList<>();
    match.headers().forEach((name, value) -> headers.add(header(name, value).build()));
    match
        .withoutHeaders()
        .forEach(
            (name, value) -> {
              HeaderMatcher.Builder header = header(name, value).setInvertMatch(true);
              // else a missing header would never match an inverted condition
              header.setTreatMissingHeaderAsEmpty(!header.hasPresentMatch());
              headers.add(header.build());
            });
    headers.sort(Comparator.comparing(HeaderMatcher::getName));
    out.addAllHeaders(headers);
    StringMatch uri = match.uri();
    if (uri != null && uri.kind() != null) {
      switch (uri.kind()) {
        case EXACT -> out.setPath(uri.value());
        case PREFIX -> out.setPrefix(uri.value());
        case REGEX -> out.setSafeRegex(regex(uri.value()));
      }
    }
    out.setCaseSensitive(Protos.bool(!match.ignoreUriCase()));
    pseudo(out, ":method", match.method());
    pseudo(out, ":authority", match.authority());
    pseudo(out, ":scheme", match.scheme());
    new TreeMap<>(match.queryParams())
        .forEach((name, value) -> out.addQueryParameters(query(name, value)));
    return out.build();
  }

  /** Whether no request can get past a route with this match. */
  static boolean isCatchAll(RouteMatch match) {
    boolean everyPath =
        (match.hasPrefix() && match.getPrefix().equals("/"))
            || (match.hasSafeRegex() && match.getSafeRegex().getRegex().equals("*"));
    return everyPath && match.getHeadersCount() == 0 && match.getQueryParametersCount() == 0;
  }

  static StringMatcher string(StringMatch match) {
    StringMatcher.Builder out = StringMatcher.newBuilder();
    switch (Objects.requireNonNull(match.kind())) {
      case EXACT -> out.setExact(match.value());
      case PREFIX -> out.setPrefix(match.value());
      case REGEX -> out.setSafeRegex(regex(match.value()));
    }
    return out.build();
  }

  static RegexMatcher regex(String regex) {
    return RegexMatcher.newBuilder().setRegex(regex).build();
  }

  private static void pseudo(RouteMatch.Builder out, String name, @Nullable StringMatch match) {
    if (match != null) {
      out.addHeaders(header(name, match));
    }
  }

  private static HeaderMatcher.Builder header(String name, StringMatch match) {
    HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name);
    return match.isPresence() ? out.setPresentMatch(true) : out.setStringMatch(string(match));
  }

  private static QueryParameterMatcher query(String name, StringMatch match) {
    QueryParameterMatcher.Builder out = QueryParameterMatcher.newBuilder().setName(name);
    return match.isPresence()
        ? out.setPresentMatch(true).build()
        : out.setStringMatch(string(match)).build();
  }
}
