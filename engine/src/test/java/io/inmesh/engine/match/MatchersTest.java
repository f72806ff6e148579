package io.inmesh.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.TestHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchersTest {
  @ParameterizedTest(name = "{0} {1} ignoreCase={2} on {3}: {4}")
  @CsvSource({
    "exact, abc, false, abc, true",
    "exact, abc, false, ABC, false",
    "exact, abc, true, ABC, true",
    "exact, abc, true, abcd, false",
    "prefix, ab, false, abc, true",
    "prefix, ab, false, ABc, false",
    "prefix, ab, true, ABc, true",
    "prefix, abcd, true, abc, false",
    "suffix, bc, false, abc, true",
    "suffix, bc, false, aBC, false",
    "suffix, bc, true, aBC, true",
    "suffix, xabc, true, abc, false",
    "contains, b, false, abc, true",
    "contains, B, false, abc, false",
    "contains, B, true, abc, true",
    "contains, x, true, abc, false",
    "regex, a.c, false, abc, true",
    "regex, a.c, false, xabc, false",
    "regex, a.c, true, ABC, false",
  })
  void strings(String kind, String value, boolean ignoreCase, String text, boolean matches) {
    StringMatcher matcher =
        switch (kind) {
          case "exact" -> new StringMatcher.Exact(value, ignoreCase);
          case "prefix" -> new StringMatcher.Prefix(value, ignoreCase);
          case "suffix" -> new StringMatcher.Suffix(value, ignoreCase);
          case "contains" -> new StringMatcher.Contains(value, ignoreCase);
          default -> new StringMatcher.Regex(value);
        };
    assertThat(matcher.matches(text)).isEqualTo(matches);
  }

  @ParameterizedTest(
      name = "present={0} invert={1} treatMissingAsEmpty={2}: there {3}, missing {4}")
  @CsvSource({
    // present, invert, treat missing as empty; result with the header, without it
    "true,  false, false, true,  false",
    "true,  true,  false, false, true",
    "false, false, false, false, true",
    "false, true,  false, true,  false",
    "true,  false, true,  true,  true",
    "true,  true,  true,  false, false",
    "false, false, true,  false, false",
    "false, true,  true,  true,  true",
  })
  void headerPresence(
      boolean present, boolean invert, boolean asEmpty, boolean there, boolean missing) {
    HeaderMatcher matcher =
        new HeaderMatcher("x-a", new HeaderMatcher.Present(present), invert, asEmpty);
    assertThat(matcher.matches(TestHead.get("http://h/").with("x-a", "1"))).isEqualTo(there);
    assertThat(matcher.matches(TestHead.get("http://h/"))).isEqualTo(missing);
  }

  @ParameterizedTest(name = "invert={0} treatMissingAsEmpty={1}: right {2}, wrong {3}, missing {4}")
  @CsvSource({
    "false, false, true,  false, false",
    "true,  false, false, true,  false",
    "false, true,  true,  false, false",
    "true,  true,  false, true,  true",
  })
  void headerValues(
      boolean invert, boolean asEmpty, boolean right, boolean wrong, boolean missing) {
    HeaderMatcher matcher =
        new HeaderMatcher(
            "X-A", new HeaderMatcher.Text(new StringMatcher.Exact("1", false)), invert, asEmpty);
    assertThat(matcher.matches(TestHead.get("http://h/").with("x-a", "1"))).isEqualTo(right);
    assertThat(matcher.matches(TestHead.get("http://h/").with("x-a", "2"))).isEqualTo(wrong);
    assertThat(matcher.matches(TestHead.get("http://h/"))).isEqualTo(missing);
  }

  @ParameterizedTest
  @CsvSource({
    "10, true",
    "19, true",
    "20, false",
    "9, false",
    "abc, false",
    "-15, false",
    "+15, true",
    "'', false",
    "99999999999999999999, false",
    "1.5, false"
  })
  void headerRangesAreHalfOpen(String value, boolean matches) {
    HeaderMatcher matcher = new HeaderMatcher("x-a", new HeaderMatcher.Range(10, 20), false, false);
    assertThat(matcher.matches(TestHead.get("http://h/").with("x-a", value))).isEqualTo(matches);
  }

  @Test
  void severalValuesAreJoined() {
    TestHead head = TestHead.get("http://h/").with("x-a", "1").with("x-a", "2");
    assertThat(HeaderMatcher.of("x-a", new StringMatcher.Exact("1", false)).matches(head))
        .isFalse();
    assertThat(HeaderMatcher.of("x-a", new StringMatcher.Exact("1,2", false)).matches(head))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    ":method, PUT",
    ":path, /p?q=1",
    ":authority, h:8080",
    "Host, h:8080",
    ":scheme, http",
    "x-forwarded-proto, http"
  })
  void pseudoHeadersAreNamesToo(String name, String value) {
    TestHead head = TestHead.of("PUT", "http://h:8080/p?q=1");
    assertThat(HeaderMatcher.of(name, new StringMatcher.Exact(value, false)).matches(head))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a=1, 1, true",
    "a=1&a=2, 2, false",
    "b=1&a=2, 2, true",
    "a=, '', true",
    "a, '', true",
    "ab=1, 1, false",
    "xa=1, 1, false",
    "b=a, '', false",
    "a=%31, 1, false",
    "a=x=y, x=y, true",
    "'', '', false",
  })
  void queryValues(String query, String value, boolean matches) {
    assertThat(
            new QueryParameterMatcher("a", new StringMatcher.Exact(value, false), true)
                .matches(query))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      value = {"a=1, true", "a, true", "b=1, false", "NULL, false"},
      nullValues = "NULL")
  void queryPresence(@Nullable String query, boolean there) {
    assertThat(new QueryParameterMatcher("a", null, true).matches(query)).isEqualTo(there);
    assertThat(new QueryParameterMatcher("a", null, false).matches(query)).isEqualTo(!there);
  }

  @ParameterizedTest(name = "{0} {1} caseSensitive={2} on {3}: {4}")
  @CsvSource({
    "PREFIX, /foo, true, /foobar, true",
    "PREFIX, /foo, true, /FOO, false",
    "PREFIX, /foo, false, /FOO/x, true",
    "PREFIX, /, true, /anything, true",
    "EXACT, /foo, true, /foo, true",
    "EXACT, /foo, true, /foo/, false",
    "EXACT, /foo, false, /Foo, true",
    "REGEX, /fo+, true, /fooo, true",
    "REGEX, /fo+, true, /foox, false",
    "SEPARATED, /foo, true, /foo, true",
    "SEPARATED, /foo, true, /foo/, true",
    "SEPARATED, /foo, true, /foo/x, true",
    "SEPARATED, /foo, true, /foobar, false",
    "SEPARATED, /foo, false, /FOO/x, true",
    "TEMPLATE, /a/*/c, true, /a/b/c, true",
    "TEMPLATE, /a/*/c, true, /a/b/b/c, false",
    "TEMPLATE, /a/**, true, /a/b/b/c, true",
    "TEMPLATE, /a/{x}/c, true, /a/b/c, true",
    "TEMPLATE, '/a/{x=b/*}/c', true, /a/b/q/c, true",
    "TEMPLATE, '/a/{x=**}', true, /a/b/q/c, true",
    "TEMPLATE, /a.b/*, true, /aXb/c, false",
    "TEMPLATE, /a/**, true, /a/, true",
    "TEMPLATE, /a/**, true, /a, false",
    "TEMPLATE, /a/, true, /a/, true",
    "TEMPLATE, /, true, /, true",
    "TEMPLATE, /a/**/c, true, /a/b/b/c, true",
    "TEMPLATE, /a/**.txt, true, /a/b/c.txt, true",
    "TEMPLATE, /a/{x}.txt, true, /a/b.txt, true",
    "TEMPLATE, /a/*, true, /a/b=*c, true",
    "TEMPLATE, /a/*, true, /a/b|c, false",
    "TEMPLATE, /a/*, true, '/a/b,c;d', true",
    "TEMPLATE, /a/**, true, /a/b|c, false",
    "TEMPLATE, /a=b, true, /a=b, true",
    "TEMPLATE, /ab*/c, true, /abbb/c, true",
    "TEMPLATE, /ab*/c, true, /ab*/c, false",
    "TEMPLATE, '/{x=a=b}', true, /a=b, true",
  })
  void paths(String kind, String value, boolean caseSensitive, String path, boolean matches) {
    PathMatcher matcher =
        switch (kind.toLowerCase(Locale.ROOT)) {
          case "prefix" -> new PathMatcher.Prefix(value, caseSensitive);
          case "exact" -> new PathMatcher.Exact(value, caseSensitive);
          case "regex" -> new PathMatcher.Regex(value);
          case "separated" -> new PathMatcher.PathSeparatedPrefix(value, caseSensitive);
          default -> new PathMatcher.UriTemplate(value);
        };
    assertThat(matcher.matches(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/", "/a?b", "/a#b"})
  void separatedPrefixesAreChecked(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PathMatcher.PathSeparatedPrefix(prefix, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "/{",
        "/{a",
        "/{1a}",
        "/{a}/{a}",
        "/{a=}",
        "/a b",
        "/{*}",
        "//a",
        "/**/*",
        "/**/{a}",
        "/{a=**/*}",
        "/{a=b/}",
        "/*a/b",
        "/{a}/{b}/{c}/{d}/{e}/{f}",
        "/a|b",
        "/*b/c"
      })
  void templatesAreChecked(String template) {
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatcher.UriTemplate(template));
  }

  @Test
  void fractionsAreOfTheUnsignedNumber() {
    FractionalPercent tenth = new FractionalPercent(10, 100);
    assertThat(tenth.selects(9)).isTrue();
    assertThat(tenth.selects(10)).isFalse();
    assertThat(tenth.selects(109)).isTrue();
    // 2^64-1 modulo 100 is 15.
    assertThat(tenth.selects(-1)).isFalse();
    assertThat(new FractionalPercent(16, 100).selects(-1)).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new FractionalPercent(1, 1000));
  }
}
