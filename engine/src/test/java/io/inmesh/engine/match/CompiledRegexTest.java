package io.inmesh.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.re2j.Pattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledRegexTest {
  private static final List<String> INPUTS =
      List.of(
          "",
          "a",
          "ab",
          "abc",
          "xabc",
          "abcx",
          "xabcx",
          "a.c",
          "a*c",
          "/api/v1/x",
          "/api/v1",
          "/api/",
          "b",
          "aab",
          "abab",
          "\n",
          "abc\n",
          "abc\nx",
          "ABC",
          "a\\",
          "abc$",
          "^abc",
          "\u00e9",
          "ac",
          "x.*",
          ".*",
          "abc.*");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "^abc$",
        "abc.*",
        ".*abc",
        ".*abc.*",
        ".*",
        "",
        "^",
        "$",
        "a\\.c",
        "a.c",
        "ab*",
        "ab?",
        "ab+",
        "a|abc",
        "abc|",
        "(abc)",
        "ab{1}c",
        "a\\*c",
        "/api/v[0-9]+/.*",
        "/api/.*",
        "[a-b]+",
        "(?i)abc",
        "abc\\.*",
        "abc\\\\.*",
        "abc\\$",
        "\\^abc",
        "a\\\\",
        ".*.*",
        ".*a.*b.*",
        "(ab)*",
        "a(?:b|c)",
        "abc?.*",
        "x\\.\\*",
        "\\.\\*",
        "é?",
        "\\Qabc\\E",
        "a\\x62c",
        "\\d*",
        ".+",
        "^.*$"
      })
  void meansWhatTheAutomatonSays(String regex) {
    CompiledRegex compiled = new CompiledRegex(regex);
    Pattern reference = Pattern.compile(regex);
    for (String input : INPUTS) {
      assertThat(compiled.matches(input))
          .as("%s against %s", regex, input)
          .isEqualTo(reference.matches(input));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "a{2,1}", "(?=a)", "\\1", "*"})
  void refusesWhatRe2Refuses(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompiledRegex(regex))
        .withMessageContaining(regex);
  }

  @ParameterizedTest
  @CsvSource({
    "/a, /b, /a/x/a, /b/x/b",
    "^/service/([^/]+)(/.*)$, \\2/instance/\\1, /service/foo/v1/api, /v1/api/instance/foo",
    "one, two, /xxx/one/yyy/one/zzz, /xxx/two/yyy/two/zzz",
    "x, $1, /x, /$1",
    "(x), \\10, /x, /x0",
    "x, \\\\, /x, /\\",
    "nothing, y, /x, /x"
  })
  void replacesAsRe2Does(String regex, String substitution, String path, String rewritten) {
    assertThat(new CompiledRegex(regex).replaceAll(path, substitution)).isEqualTo(rewritten);
  }

  @Test
  void refusesSubstitutionsThatNameNoGroup() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompiledRegex("(a)").checkSubstitution("\\2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompiledRegex("(a)").checkSubstitution("x\\"));
    new CompiledRegex("(a)").checkSubstitution("\\0\\1\\\\");
  }
}
