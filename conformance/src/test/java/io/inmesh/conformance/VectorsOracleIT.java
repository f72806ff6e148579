package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every vector, played by a stock Envoy, which must agree with what it expects. Runs with {@code
 * -Doracle}; {@code -Doracle=record} writes into the vectors which of them are golden; {@code
 * -Dvectors=NAME} takes only the files whose names begin so.
 */
@Execution(ExecutionMode.SAME_THREAD)
class VectorsOracleIT {
  private static final int AT_ONCE = 4;

  @TestFactory
  Stream<DynamicTest> aStockEnvoyAgrees() throws Exception {
    String oracle = System.getProperty("oracle");
    if (oracle == null) {
      System.out.println("skipped: the vectors are played by an Envoy with -Doracle only");
      return Stream.empty();
    }
    String only = System.getProperty("vectors", "");
    Path target = Path.of("target").toAbsolutePath();
    Oracle envoy =
        new Oracle(EnvoyBinary.install(target), new EnvoyTypes(), target.resolve("oracle"));
    List<Callable<List<DynamicTest>>> work = new ArrayList<>();
    for (VectorFile file : VectorFile.all(Path.of("vectors"))) {
      if (String.valueOf(file.path().getFileName()).startsWith(only)) {
        work.add(() -> play(envoy, file, oracle.equals("record")));
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<DynamicTest> all = new ArrayList<>();
      for (Future<List<DynamicTest>> done : threads.invokeAll(work)) {
        all.addAll(done.get());
      }
      return all.stream();
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<DynamicTest> play(Oracle envoy, VectorFile file, boolean record)
      throws Exception {
    Map<VectorCase, List<String>> found = envoy.differences(file);
    if (record) {
      Set<String> agreed = new LinkedHashSet<>();
      found.forEach(
          (vector, differences) -> {
            if (differences.isEmpty()) {
              agreed.add(vector.name());
            }
          });
      Goldens.write(file.path(), agreed);
    }
    List<DynamicTest> tests = new ArrayList<>();
    found.forEach(
        (vector, differences) ->
            tests.add(
                DynamicTest.dynamicTest(
                    vector.toString(),
                    () -> {
                      assertThat(differences).as("Envoy on " + vector).isEmpty();
                      assertThat(record || vector.golden())
                          .as("Envoy agrees: record it with -Doracle=record")
                          .isTrue();
                    })));
    return tests;
  }
}
