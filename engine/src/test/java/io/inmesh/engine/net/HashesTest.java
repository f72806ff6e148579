package io.inmesh.engine.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashesTest {
  /** The published answers of XXH64. */
  @ParameterizedTest
  @CsvSource({"'', ef46db3751d8e999", "a, d24ec4f1a98c6e5b", "abc, 44bc2cf5ad770999"})
  void xxHashGivesThePublishedAnswers(String text, String answer) {
    assertThat(Long.toHexString(XxHash64.of(text))).isEqualTo(answer);
  }
}
