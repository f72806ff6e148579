package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vectors of one file as one test, for {@code -Dmutation}: it asks one test after the other
 * about each change of the engine, so that a test must be quick to find and to end. The property
 * {@code mutation.vectors} is an expression for the names of the files.
 */
class VectorsByTopic {
  private static final Path VECTORS = Path.of("vectors");
  private static final EnvoyTypes TYPES = new EnvoyTypes();
  private static final Deviations DEVIATIONS = Deviations.read(Path.of("deviations.yaml"));

  static Stream<String> topics() {
    String topics = System.getProperty("mutation.vectors", ".*") + "\\.yaml";
    File[] files = VECTORS.toFile().listFiles((folder, name) -> name.matches(topics));
    return files == null ? Stream.of() : Stream.of(files).map(File::getName).sorted();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void play(String topic) {
    EngineSide engine = new EngineSide(TYPES);
    for (VectorCase vector : VectorFile.read(VECTORS.resolve(topic)).cases()) {
      if (!DEVIATIONS.contains(vector)) {
        assertThat(Playing.differences(vector, engine)).as(vector.toString()).isEmpty();
      }
    }
  }
}
