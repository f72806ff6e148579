package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every vector, played by the Java engine. */
class EngineConformanceTest {
  private static final Path VECTORS = Path.of("vectors");

  private final EngineSide engine = new EngineSide(new EnvoyTypes());
  private final Deviations deviations = Deviations.read(Path.of("deviations.yaml"));

  @TestFactory
  Stream<DynamicContainer> theEngineDoesWhatTheVectorsSay() {
    return VectorFile.all(VECTORS).stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.topic(),
                    file.cases().stream()
                        .map(
                            vector -> DynamicTest.dynamicTest(vector.name(), () -> play(vector)))));
  }

  @Test
  void everyDeviationIsOfACaseThatExists() {
    List<String> cases =
        VectorFile.all(VECTORS).stream()
            .flatMap(file -> file.cases().stream())
            .map(VectorCase::toString)
            .toList();

    assertThat(cases).containsAll(deviations.cases());
  }

  private void play(VectorCase vector) {
    List<String> differences = Playing.differences(vector, engine);
    if (deviations.contains(vector)) {
      assertThat(differences).as("a listed deviation that is none any more").isNotEmpty();
    } else {
      assertThat(differences).as(vector.toString()).isEmpty();
    }
  }
}
