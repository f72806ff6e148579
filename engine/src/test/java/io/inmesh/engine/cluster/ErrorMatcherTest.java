package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.StringMatcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorMatcherTest {
  private static final ErrorMatcher ANY = new ErrorMatcher.Any();
  private static final ErrorMatcher NONE = new ErrorMatcher.Not(ANY);

  private static boolean matches(ErrorMatcher matcher) {
    return matcher.matches(Map.of("a", "1", "b", "2")::get);
  }

  private static HeaderMatcher header(String name, String value) {
    return HeaderMatcher.of(name, new StringMatcher.Exact(value, false));
  }

  @Test
  void anyAndNot() {
    assertThat(matches(ANY)).isTrue();
    assertThat(matches(NONE)).isFalse();
    assertThat(matches(new ErrorMatcher.Not(NONE))).isTrue();
  }

  @Test
  void oneOfSeveral() {
    assertThat(matches(new ErrorMatcher.AnyOf(List.of(NONE, ANY)))).isTrue();
    assertThat(matches(new ErrorMatcher.AnyOf(List.of(NONE, NONE)))).isFalse();
    assertThat(matches(new ErrorMatcher.AnyOf(List.of()))).isFalse();
  }

  @Test
  void allOfSeveral() {
    assertThat(matches(new ErrorMatcher.AllOf(List.of(ANY, ANY)))).isTrue();
    assertThat(matches(new ErrorMatcher.AllOf(List.of(ANY, NONE)))).isFalse();
    assertThat(matches(new ErrorMatcher.AllOf(List.of()))).isTrue();
  }

  @Test
  void allHeaders() {
    assertThat(matches(new ErrorMatcher.Headers(List.of(header("a", "1"), header("b", "2")))))
        .isTrue();
    assertThat(matches(new ErrorMatcher.Headers(List.of(header("a", "1"), header("b", "9")))))
        .isFalse();
    assertThat(matches(new ErrorMatcher.Headers(List.of(header("c", ""))))).isFalse();
  }
}
