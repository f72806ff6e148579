package io.inmesh.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent's own cases, and those that it never meets. */
class VersionRangeTest {
  private final VersionRange range = new VersionRange("3.12", "6");

  @ParameterizedTest
  @CsvSource({
    "3.12.0, true",
    "3.11.9, false",
    "4.9.3, true",
    "5.0.0-alpha.14, true",
    "5.99.99, true",
    "6.0.0, false",
    "6-alpha.1, false",
    "3.12-RC2, true",
    "3-12, false"
  })
  void holdsFromInclusiveToExclusive(String version, boolean held) {
    assertThat(range.holds(version)).isEqualTo(held);
  }

  @ParameterizedTest
  @CsvSource({"''", "unknown"})
  void holdsWhatNobodyKnows(String version) {
    assertThat(range.holds(version)).isTrue();
  }
}
