package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How much the vectors cover. */
class ScenariosTest {
  private static final int FEWEST = 600;
  private static final double GOLDEN_PART = 0.8;

  // D-65 and D-66 are about mutual TLS and HTTP/2 connections; D-71 to D-73 about security filters.
  private static final List<String> ROUTING =
      List.of(
          "D-01", "D-02", "D-03", "D-05", "D-06", "D-07", "D-09", "D-10", "D-11", "D-13", "D-14",
          "D-15", "D-17", "D-18", "D-19", "D-21", "D-22", "D-23", "D-25");
  private static final List<String> TIMEOUTS_AND_RETRIES =
      List.of(
          "D-26", "D-27", "D-29", "D-30", "D-31", "D-33", "D-34", "D-35", "D-37", "D-38", "D-39",
          "D-41", "D-42");
  private static final List<String> BALANCING =
      List.of(
          "D-43", "D-45", "D-46", "D-47", "D-49", "D-50", "D-51", "D-53", "D-54", "D-55", "D-57",
          "D-58", "D-59", "D-61", "D-62", "D-63");
  private static final List<String> FILTERS = List.of("D-67", "D-69", "D-70", "D-74", "D-75");

  private final List<VectorCase> cases =
      VectorFile.all(Path.of("vectors")).stream().flatMap(file -> file.cases().stream()).toList();

  @Test
  void everyScenarioIsCoveredByName() {
    assertThat(cases.stream().map(VectorCase::scenario).collect(Collectors.toSet()))
        .containsAll(
            Stream.of(ROUTING, TIMEOUTS_AND_RETRIES, BALANCING, FILTERS)
                .flatMap(List::stream)
                .toList());
  }

  @Test
  void fourOfFiveCasesAreGolden() {
    long golden = cases.stream().filter(VectorCase::golden).count();

    assertThat(cases).hasSizeGreaterThanOrEqualTo(FEWEST);
    assertThat((double) golden / cases.size()).isGreaterThanOrEqualTo(GOLDEN_PART);
  }
}
