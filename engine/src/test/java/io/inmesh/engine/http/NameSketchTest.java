package io.inmesh.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameSketchTest {
  private final NameSketch names = new NameSketch();

  @Test
  void nothingIsThereAtFirst() {
    assertThat(names.mayHave("host")).isFalse();
    assertThat(names.mayHave("")).isFalse();
  }

  @Test
  void whatWasAddedMayBeThereInAnyCase() {
    names.add("User-Agent");
    names.add("connection".length(), 'C');

    assertThat(names.mayHave("user-agent")).isTrue();
    assertThat(names.mayHave("USER-AGENT")).isTrue();
    assertThat(names.mayHave("connection")).isTrue();
  }

  @Test
  void anotherLengthOrAnotherFirstLetterIsNotThere() {
    names.add("connection");

    assertThat(names.mayHave("cookie")).isFalse();
    assertThat(names.mayHave("keep-alive")).isFalse();
  }

  @Test
  void aNameMayBeLongOrEmpty() {
    names.add("x".repeat(300));
    names.add("");

    assertThat(names.mayHave("x".repeat(300))).isTrue();
    assertThat(names.mayHave("")).isTrue();
  }
}
