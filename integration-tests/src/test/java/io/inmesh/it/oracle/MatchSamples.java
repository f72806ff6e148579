package io.inmesh.it.oracle;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests for a route match: one that satisfies it, and for each of its matchers some that fail
 * that one alone or pass it only just.
 */
final class MatchSamples {
  /**
   * Texts for a pattern, which cannot be derived from it.
   *
   * @param match matches as a whole
   * @param misses do not
   */
  private record Pattern(String match, List<String> misses) {}

  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE");

  private static final Map<String, Pattern> PATTERNS =
      Map.of(
          "/v[0-9]+/items/.*",
          new Pattern(
              "/v1/items/7", List.of("/v/items/7", "/x/v1/items/7", "/v1/items", "/v12/items/")),
          "^(.*?;)?(beta=1)(;.*)?$",
          new Pattern("a=b;beta=1;c=d", List.of("beta=10", "a=b; beta=1", "abeta=1", "beta=1;")));

  private final RouteMatch match;
  private final OracleRequest base;

  /**
   * @param base a request to the virtual host of the route
   */
  MatchSamples(RouteMatch match, OracleRequest base) {
    this.match = match;
    this.base = base;
  }

  /** Satisfies every matcher. */
  OracleRequest positive() {
    return request(pathMatch(), -1, null, -1, null);
  }

  /** Each fails or strains one matcher. */
  List<OracleRequest> variants() {
    List<OracleRequest> variants = new ArrayList<>();
    for (String path : otherPaths()) {
      variants.add(request(path, -1, null, -1, null));
    }
    for (int i = 0; i < match.getHeadersCount(); i++) {
      for (String value : others(match.getHeaders(i))) {
        variants.add(request(pathMatch(), i, value, -1, null));
      }
      if (!match.getHeaders(i).getName().startsWith(":")) {
        variants.add(request(pathMatch(), i, null, -1, null));
      }
    }
    for (int i = 0; i < match.getQueryParametersCount(); i++) {
      for (String value : others(match.getQueryParameters(i))) {
        variants.add(request(pathMatch(), -1, null, i, value));
      }
      variants.add(request(pathMatch(), -1, null, i, null));
    }
    return variants;
  }

  private OracleRequest request(
      String path,
      int header,
      @Nullable String headerValue,
      int parameter,
      @Nullable String parameterValue) {
    String method = "GET";
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < match.getHeadersCount(); i++) {
      HeaderMatcher matcher = match.getHeaders(i);
      String value = i == header ? headerValue : value(matcher);
      if (matcher.getName().equals(":method")) {
        method = value == null ? "GET" : value;
      } else if (matcher.getName().startsWith(":")) {
        throw new IllegalArgumentException("write samples for header " + matcher.getName());
      } else if (value != null) {
        headers.put(matcher.getName().toLowerCase(Locale.ROOT), value);
      }
    }
    List<String> query = new ArrayList<>();
    for (int i = 0; i < match.getQueryParametersCount(); i++) {
      QueryParameterMatcher matcher = match.getQueryParameters(i);
      String value = i == parameter ? parameterValue : value(matcher);
      if (value != null) {
        query.add(matcher.getName() + "=" + value);
      }
    }
    return base.with(method, path, query.isEmpty() ? null : String.join("&", query), headers);
  }

  private String pathMatch() {
    return switch (match.getPathSpecifierCase()) {
      case PREFIX -> match.getPrefix();
      case PATH -> match.getPath();
      case PATH_SEPARATED_PREFIX -> match.getPathSeparatedPrefix();
      case SAFE_REGEX -> pattern(match.getSafeRegex().getRegex()).match();
      default -> throw new IllegalArgumentException("write a path for " + match);
    };
  }

  private List<String> otherPaths() {
    String path = pathMatch();
    if (match.hasSafeRegex()) {
      return pattern(match.getSafeRegex().getRegex()).misses();
    }
    if (path.equals("/")) {
      return List.of("/any/thing");
    }
    return List.of(
        path + "/more",
        path + "x",
        path.substring(0, path.length() - 1),
        "/before" + path,
        path.toUpperCase(Locale.ROOT),
        path.toLowerCase(Locale.ROOT) + "/");
  }

  private static @Nullable String value(HeaderMatcher matcher) {
    boolean inverted = matcher.getInvertMatch();
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case STRING_MATCH ->
          inverted ? misses(matcher.getStringMatch()).get(0) : match(matcher.getStringMatch());
      case PRESENT_MATCH -> inverted == matcher.getPresentMatch() ? null : "present";
      default -> throw new IllegalArgumentException("write samples for " + matcher);
    };
  }

  // Where presence is the point, any value is another.
  private static List<String> others(HeaderMatcher matcher) {
    if (matcher.getName().equals(":method")) {
      return METHODS;
    }
    if (matcher.hasStringMatch()) {
      return matcher.getInvertMatch()
          ? List.of(match(matcher.getStringMatch()))
          : misses(matcher.getStringMatch());
    }
    return List.of("other");
  }

  private static @Nullable String value(QueryParameterMatcher matcher) {
    return switch (matcher.getQueryParameterMatchSpecifierCase()) {
      case STRING_MATCH -> match(matcher.getStringMatch());
      case PRESENT_MATCH -> matcher.getPresentMatch() ? "present" : null;
      default -> throw new IllegalArgumentException("write samples for " + matcher);
    };
  }

  private static List<String> others(QueryParameterMatcher matcher) {
    return matcher.hasStringMatch() ? misses(matcher.getStringMatch()) : List.of("other", "");
  }

  private static String match(StringMatcher matcher) {
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> matcher.getExact();
      case PREFIX -> matcher.getPrefix() + "more";
      case SUFFIX -> "more" + matcher.getSuffix();
      case CONTAINS -> "more" + matcher.getContains() + "more";
      case SAFE_REGEX -> pattern(matcher.getSafeRegex().getRegex()).match();
      default -> throw new IllegalArgumentException("write samples for " + matcher);
    };
  }

  private static List<String> misses(StringMatcher matcher) {
    if (matcher.hasSafeRegex()) {
      return pattern(matcher.getSafeRegex().getRegex()).misses();
    }
    String match = match(matcher);
    return List.of("no", "no" + match + "no", match.toUpperCase(Locale.ROOT));
  }

  private static Pattern pattern(String regex) {
    Pattern known = PATTERNS.get(regex);
    if (known == null) {
      throw new IllegalArgumentException("write samples for the pattern " + regex);
    }
    return known;
  }
}
