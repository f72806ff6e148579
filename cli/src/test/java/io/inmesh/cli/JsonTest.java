package io.inmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void escapesWhatMustBeEscaped() {
    assertThat(Json.write(List.of(Map.of("text", "a \"b\" \\ \n\u0001"), 1, true, List.of())))
        .isEqualTo(
            """
            [
              {
                "text": "a \\"b\\" \\\\ \\n\\u0001"
              },
              1,
              true,
              []
            ]
            """);
  }

  @Test
  void readsWhatItWrote() {
    List<?> value =
        List.of(Map.of("text", "a \"b\" \\ \n\u0001 ü"), -1.5, false, List.of(), Map.of());

    assertThat(JsonReader.read(Json.write(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1", "{\"a\" 1}", "[1] 2", "\"\\x\"", "\"open", "nul", "{1:2}"})
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at character");
  }

  @Test
  void readsAnAgentsCoverage() {
    Coverage coverage =
        Coverage.parse(
            """
            [{"library":"java.net.http","version":"17","routed":true},
             {"library":"okhttp","version":"2.7","routed":false,"reason":"before 3.12"}]
            """);

    assertThat(coverage.line())
        .isEqualTo("java.net.http 17 routed, okhttp 2.7 NOT routed (before 3.12)");
    assertThat(coverage.table()).contains("java.net.http  17       yes", "before 3.12");
    assertThat(Coverage.parse("[]").line()).isEqualTo("no known library loaded yet");
    assertThatThrownBy(() -> Coverage.parse("{}")).isInstanceOf(Failure.class);
  }
}
