package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The engine and a stock Envoy, asked the same by chance. Runs with {@code -Doracle}; {@code
 * -Dfuzz.seconds=N} sets for how long (30), {@code -Dfuzz.seed=N} where it begins.
 */
@Execution(ExecutionMode.SAME_THREAD)
class FuzzOracleIT {
  private static final int REQUESTS = 1_500;
  private static final int MAX_FOUND = 5;

  @Test
  void theEngineAndEnvoyDecideTheSame() throws Exception {
    if (System.getProperty("oracle") == null) {
      System.out.println("skipped: the fuzzer asks an Envoy with -Doracle only");
      return;
    }
    Path target = Path.of("target").toAbsolutePath();
    long seconds = Long.getLong("fuzz.seconds", 30);
    long seed = Long.getLong("fuzz.seed", 1);
    Fuzzer fuzzer =
        new Fuzzer(EnvoyBinary.install(target), new EnvoyTypes(), target.resolve("fuzz"), REQUESTS);
    FuzzTarget engine = new EngineFuzzTarget();
    List<FuzzCase> found = new ArrayList<>();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long first = seed;
    while (System.nanoTime() - end < 0 && found.size() < MAX_FOUND) {
      for (FuzzCase difference : fuzzer.round(seed++, engine)) {
        if (found.size() < MAX_FOUND) {
          found.add(fuzzer.shrink(difference, engine));
        }
      }
    }
    System.out.printf(
        "fuzzer: %d decisions compared, seeds %d to %d%n", fuzzer.compared(), first, seed - 1);
    found.forEach(System.out::println);

    assertThat(found).isEmpty();
  }
}
