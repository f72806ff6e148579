package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.PathMatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRewriteTest {
  private static PathMatcher matcher(String kind, String value) {
    return switch (kind) {
      case "prefix" -> new PathMatcher.Prefix(value, true);
      case "PREFIX" -> new PathMatcher.Prefix(value, false);
      case "separated" -> new PathMatcher.PathSeparatedPrefix(value, true);
      case "SEPARATED" -> new PathMatcher.PathSeparatedPrefix(value, false);
      case "exact" -> new PathMatcher.Exact(value, true);
      case "EXACT" -> new PathMatcher.Exact(value, false);
      case "template" -> new PathMatcher.UriTemplate(value);
      default -> new PathMatcher.Regex(value);
    };
  }

  @ParameterizedTest(name = "{0} {1}: {3} becomes {4}")
  @CsvSource({
    "prefix, /a, /b, /a/x, /b/x",
    "prefix, /a, /b, /ax, /bx",
    "prefix, '', /b, /x, /b/x",
    "prefix, /a, /b, /A/x, /A/x",
    "PREFIX, /a, /b, /A/x, /b/x",
    "separated, /a, /b, /a/x, /b/x",
    "separated, /a, /b, /A/x, /A/x",
    "SEPARATED, /a, /b, /A/x, /b/x",
    "exact, /a, /b, /a, /b",
    "exact, /a, /b, /A, /A",
    "EXACT, /a, /b, /A, /b",
    // With a regex or a template the whole path goes.
    "regex, /a.*, /b, /a/x, /b",
    "template, /a/*, /b, /a/x, /b",
  })
  void aPrefixRewriteReplacesWhatMatched(
      String kind, String value, String prefix, String path, String rewritten) {
    assertThat(new PathRewrite.Prefix(prefix).apply(matcher(kind, value), path))
        .isEqualTo(rewritten);
  }

  @Test
  void aRegexRewriteReplacesEachMatchAndNeverLeavesNothing() {
    PathMatcher any = matcher("prefix", "/");

    assertThat(new PathRewrite.Regex(new CompiledRegex("a"), "b").apply(any, "/a/a"))
        .isEqualTo("/b/b");
    assertThat(new PathRewrite.Regex(new CompiledRegex("/a"), "").apply(any, "/a")).isEqualTo("/a");
  }

  @Test
  void aSubstitutionNamesOnlyGroupsThatThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PathRewrite.Regex(new CompiledRegex("(a)"), "\\2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HostRewrite.PathRegex(new CompiledRegex("(a)"), "\\2"));
  }

  @Test
  void withoutARewriteThePathStays() {
    assertThat(new PathRewrite.None().apply(matcher("prefix", "/a"), "/a/x")).isEqualTo("/a/x");
  }

  @ParameterizedTest(name = "{0} to {1}: {2} becomes {3}")
  @CsvSource({
    "/u/{id}, /users/{id}, /u/7, /users/7",
    "/u/{id}/{page=**}, /{page}/of/{id}, /u/7/a/b, /a/b/of/7",
    "/u/{id}, /users, /u/7, /users",
    "/u/{id}, /{id}{id}, /u/7, /77",
    "/u/{id}, /-~._:!$&()+;=@%, /u/7, /-~._:!$&()+;=@%",
    // The path may have been matched without its parameters.
    "/u/{id}, /users/{id}, /v/7, /v/7",
  })
  void aTemplateIsFilledWithWhatItsVariablesHold(
      String template, String rewrite, String path, String rewritten) {
    PathMatcher matched = matcher("template", template);

    assertThat(PathRewrite.Template.of(matched, rewrite).apply(matched, path)).isEqualTo(rewritten);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "users, is not a path",
    "/a//b, is not a path",
    "/a{nobody}, names a variable that /u/{id} does not have",
    "/a{id, is malformed",
    "/a}{id}, is malformed",
    "/a b/{id}, is malformed",
    "/a{id}?, is malformed",
    "/a*{id}, is malformed",
  })
  void malformedTemplatesAreRefused(String rewrite, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathRewrite.Template.of(matcher("template", "/u/{id}"), rewrite))
        .withMessage("path_rewrite_policy.path_template_rewrite " + rewrite + " " + reason);
  }

  @Test
  void aTemplateNeedsARouteThatMatchesOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathRewrite.Template.of(matcher("prefix", "/u"), "/users"))
        .withMessageStartingWith("unable to use envoy.path.rewrite.uri_template");
  }
}
