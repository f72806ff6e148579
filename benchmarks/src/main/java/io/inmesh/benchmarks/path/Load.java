package io.inmesh.benchmarks.path;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code LoadClient} saw of one run; times in nanoseconds, those of its own process. */
record Load(long requests, long failed, long nanos, long p50, long p99, long cpu, long jit) {
  static final Pattern LINE =
      Pattern.compile(
          "^result requests=(\\d+) failed=(\\d+) nanos=(\\d+) p50=(\\d+) p99=(\\d+)"
              + " cpu=(\\d+) jit=(\\d+)");

  static Load of(Matcher line) {
    return new Load(
        number(line, 1),
        number(line, 2),
        number(line, 3),
        number(line, 4),
        number(line, 5),
        number(line, 6),
        number(line, 7));
  }

  private static long number(Matcher line, int group) {
    return Long.parseLong(line.group(group));
  }
}
