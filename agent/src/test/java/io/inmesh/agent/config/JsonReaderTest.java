package io.inmesh.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void objectsListsAndWordsAreRead() {
    assertThat(
            JsonReader.object(
                "X",
                " {\"a\": {\"port\": 8080, \"list\": [\"x\\n\\u0041\", true, null], \"none\": null}, \"b\": []} "))
        .isEqualTo(
            Map.of("a", Map.of("port", "8080", "list", List.of("x\nA", "true")), "b", List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{\"a\":}",
        "{} x",
        "{\"a\":\"b",
        "{\"a\":\"\\u12\"}"
      })
  void anythingElseIsRefusedByName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.object("LABELS", text))
        .withMessageContaining("LABELS");
  }

  @Test
  void depthIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.object("X", "{\"a\":" + "[".repeat(100_000)));
  }

  @Test
  void ofStringsNothingElseIsTaken() {
    assertThat(JsonReader.strings("X", "{\"app\":\"cart\"}")).containsEntry("app", "cart");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonReader.strings("X", "{\"app\":{}}"))
        .withMessageContaining("app");
  }
}
