package io.inmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
