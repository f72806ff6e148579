package io.inmesh.benchmarks.path;

import java.util.Map;

/** The programs of one variant at work in one round, which ends with {@link #close}. */
interface Subject extends AutoCloseable {
  /** Runs for so long; whether the compilers had next to nothing to do any more. */
  boolean warmUp(int millis);

  /** Measures one slice. */
  void measure();

  /** What all slices came to. */
  Map<Quantity, Double> values();

  @Override
  void close();
}
