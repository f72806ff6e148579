package io.inmesh.benchmarks.path;

import io.inmesh.benchmarks.RouteBenchmark;
import io.inmesh.cli.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Route decisions by JMH, five forks. */
final class EnginePart {
  private static final int FORKS = 5;
  private static final int REGEXES = 8;

  private final Report report;

  EnginePart(Report report) {
    this.report = report;
  }

  void run() {
    report.begin("route decisions");
    Map<String, Series> time = new LinkedHashMap<>();
    Map<String, Series> bytes = new LinkedHashMap<>();
    try {
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include(RouteBenchmark.class.getName())
                      .addProfiler(GCProfiler.class)
                      .forks(FORKS)
                      .warmupIterations(3)
                      .warmupTime(TimeValue.milliseconds(500))
                      .measurementIterations(1)
                      .measurementTime(TimeValue.milliseconds(500))
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        String shape = result.getParams().getParam("shape");
        time.put(shape, scores(result, ""));
        bytes.put(shape, whole(scores(result, "gc.alloc.rate.norm")));
      }
    } catch (RunnerException e) {
      throw new Failure("the engine's benchmark did not run: " + e.getMessage(), e);
    }
    time.forEach((shape, value) -> report.add("engine", "route decision", shape, "ns", value));
    bytes.forEach((shape, value) -> report.add("engine", "allocated", shape, "bytes", value));
    Series usual = get(time, "50-routes");
    report.add(Figure.atMost("route decision, 50 routes", "us", usual.times(1e-3), 1));
    report.add(Figure.atMost("allocated by it", "bytes", get(bytes, "50-routes"), 64));
    report.add(
        Figure.atMost(
            "the same among 50,000 virtual hosts / alone",
            "",
            get(time, "50-routes-50000-hosts").dividedBy(usual),
            1.5));
    report.add(
        Figure.atMost(
            "each regex tried, added",
            "us",
            get(time, "50-routes-8-regex").minus(usual).times(1e-3 / REGEXES),
            1));
    report.add(
        Figure.atMost(
            "1,000 prefixes before the match", "us", get(time, "1000-prefixes").times(1e-3), 20));
  }

  /** Objects take whole bytes; the fraction is what JMH's own threads allocate. */
  private static Series whole(Series series) {
    return new Series(series.values().stream().map(v -> (double) Math.round(v)).toList());
  }

  private static Series get(Map<String, Series> all, String shape) {
    Series series = all.get(shape);
    if (series == null) {
      throw new Failure("the engine's benchmark has no shape " + shape);
    }
    return series;
  }

  // JMH gives its secondary results as raw types.
  @SuppressWarnings("rawtypes")
  private static Series scores(RunResult result, String secondary) {
    return new Series(
        result.getBenchmarkResults().stream()
            .map(
                fork ->
                    secondary.isEmpty()
                        ? fork.getPrimaryResult().getScore()
                        : fork.getSecondaryResults().entrySet().stream()
                            .filter(e -> e.getKey().endsWith(secondary))
                            .findFirst()
                            .orElseThrow(() -> new Failure("JMH gave no " + secondary))
                            .getValue()
                            .getScore())
            .toList());
  }
}
