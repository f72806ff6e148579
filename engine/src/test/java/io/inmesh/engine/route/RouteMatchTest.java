package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.TestHead;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteMatchTest {
  /** The first condition that fails, or null; the choice of a route must come to the same. */
  private static @Nullable String failure(RouteMatch match, TestHead head) {
    Route route = new Route("r", match, new RouteAction.DirectResponse(200, ""));
    VirtualHost host = new VirtualHost("h", List.of("*"), List.of(route));
    String failure = match.failure(head, head.path(), 0);

    assertThat(RouteSelection.first(host, head, head.path(), 0))
        .isEqualTo(failure == null ? route : null);
    return failure;
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource({
    "prefix, /a, /ab, true",
    "prefix, /a, /A, false",
    "PREFIX, /a, /Ab, true",
    "PREFIX, /a, /b, false",
    "exact, /a, /a, true",
    "exact, /a, /ab, false",
    "exact, /a, /A, false",
    "EXACT, /a, /A, true",
    "EXACT, /a, /ab, false",
    "separated, /a, /a/b, true",
    "separated, /a, /ab, false",
    "regex, /a+, /aa, true",
    "regex, /a+, /aab, false",
    "template, /a/*, /a/b, true",
    "template, /a/*, /b/b, false",
  })
  void eachKindOfPathDecides(String kind, String value, String path, boolean matches) {
    PathMatcher matcher =
        switch (kind) {
          case "prefix" -> new PathMatcher.Prefix(value, true);
          case "PREFIX" -> new PathMatcher.Prefix(value, false);
          case "exact" -> new PathMatcher.Exact(value, true);
          case "EXACT" -> new PathMatcher.Exact(value, false);
          case "separated" -> new PathMatcher.PathSeparatedPrefix(value, true);
          case "template" -> new PathMatcher.UriTemplate(value);
          default -> new PathMatcher.Regex(value);
        };

    assertThat(failure(new RouteMatch(matcher), TestHead.get("http://h" + path)))
        .isEqualTo(matches ? null : matcher.describe());
  }

  @ParameterizedTest(name = "?{0}: {1}")
  @CsvSource({
    "a=1&b=2, true",
    "a=1, false",
    "a=2&b=2, false",
    "b=2, false",
  })
  void allQueryParametersMustMatch(String query, boolean matches) {
    RouteMatch match =
        new RouteMatch(
            new PathMatcher.Prefix("/", true),
            List.of(),
            List.of(
                new QueryParameterMatcher("a", new StringMatcher.Exact("1", false), true),
                new QueryParameterMatcher("b", new StringMatcher.Exact("2", false), true)),
            false,
            null);

    assertThat(failure(match, TestHead.get("http://h/?" + query)) == null).isEqualTo(matches);
  }

  @Test
  void noRequestHasDynamicMetadataBeforeItsRouteIsChosen() {
    RouteMatch match =
        new RouteMatch(new PathMatcher.Prefix("/", true), List.of(), List.of(), false, null, false);

    assertThat(failure(match, TestHead.get("http://h/"))).isEqualTo("dynamic metadata");
  }

  @Test
  void itTellsItsConditions() {
    HeaderMatcher header = HeaderMatcher.of("x-a", new StringMatcher.Exact("1", false));
    PathMatcher path = new PathMatcher.Prefix("/", true);
    RouteMatch match = new RouteMatch(path, List.of(header));

    assertThat(match.headers()).containsExactly(header);
    assertThat(match.path()).isSameAs(path);
  }
}
