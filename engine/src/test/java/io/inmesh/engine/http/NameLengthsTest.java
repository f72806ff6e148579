package io.inmesh.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameLengthsTest {
  private final NameLengths names = new NameLengths();

  @Test
  void whatIsThereMayBeThereAndAnotherLengthIsNot() {
    names.add("host".length());

    assertThat(names.mayHave("host")).isTrue();
    assertThat(names.mayHave("te")).isFalse();
  }

  @Test
  void namesBeyondTheLongestThatIsToldApartCountAsOne() {
    names.add(100);

    assertThat(names.mayHave("x".repeat(300))).isTrue();
    assertThat(names.mayHave("x".repeat(36))).isFalse();
  }
}
