package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The fuzzer itself: what is wrong in the engine it finds. Runs with {@code -Doracle}. */
@Execution(ExecutionMode.SAME_THREAD)
class FuzzerOracleIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int REQUESTS = 400;

  private static final List<PlantedFault> FAULTS =
      List.of(
          new PlantedFault("route.RouteTable", "virtualHost", 4),
          new PlantedFault("route.RouteTable", "withoutPort", 2),
          new PlantedFault("match.HeaderMatcher", "matchesValue", 4),
          new PlantedFault("match.HeaderMatcher", "anyHolds", 2),
          new PlantedFault("match.HeaderMatcher", "inRange", 2),
          new PlantedFault("match.PathMatcher$PathSeparatedPrefix", "matches", 2),
          new PlantedFault("Redirects", "keptHost", 4),
          new PlantedFault("Redirects", "target", 3),
          new PlantedFault("listener.PathNormalizer", "removeDotSegments", 5),
          new PlantedFault("listener.PathNormalizer", "mergeSlashes", 4));

  @TestFactory
  Stream<DynamicTest> aPlantedFaultIsFound() throws Exception {
    if (System.getProperty("oracle") == null) {
      System.out.println("skipped: the fuzzer asks an Envoy with -Doracle only");
      return Stream.empty();
    }
    Path target = Path.of("target").toAbsolutePath();
    Path binary = EnvoyBinary.install(target);
    EnvoyTypes types = new EnvoyTypes();
    return FAULTS.stream()
        .map(
            fault ->
                DynamicTest.dynamicTest(
                    fault.toString(),
                    () -> {
                      Fuzzer fuzzer =
                          new Fuzzer(binary, types, target.resolve("planted"), REQUESTS);
                      FuzzTarget engine = fault.engine();
                      long end = System.nanoTime() + LIMIT.toNanos();
                      List<FuzzCase> found = List.of();
                      for (long seed = 1; found.isEmpty() && System.nanoTime() - end < 0; seed++) {
                        found = fuzzer.round(seed, engine);
                      }
                      assertThat(found).as(fault + " in " + LIMIT).isNotEmpty();
                    }));
  }
}
