package io.inmesh.instrumentation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void containsFromInclusiveToExclusive(String version, boolean contained) {
    assertThat(range.contains(version)).isEqualTo(contained);
  }

  @ParameterizedTest
  @CsvSource({"6, 3.12", "3, 3.0.0", "x, 3"})
  void refusesAnEmptyRangeAndNonsense(String from, String before) {
    assertThatIllegalArgumentException().isThrownBy(() -> new VersionRange(from, before));
  }
}
