package io.inmesh.benchmarks.path;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is compared and how long everything is measured; times in milliseconds.
 *
 * @param loadRounds rounds with fresh JVMs
 * @param warmUp at most
 * @param warmUpPiece after which it is seen whether that was enough
 * @param slices measured pieces of a round, in which the variants take turns
 * @param startRounds pairs of starts of the bare main and of the idle one
 * @param slowRounds pairs of starts of the slow app
 */
record Plan(
    boolean quick,
    int loadRounds,
    int warmUp,
    int warmUpPiece,
    int slices,
    int loaded,
    int alone,
    int startRounds,
    int slowRounds,
    int memoryRounds) {
  /** Share of the compilers in the CPU time at which JVMs count as warm. */
  static final double SETTLED = 0.02;

  /** Calls a second where latency is looked at and not what the machine can do. */
  static final int MODERATE_RATE = 1_000;

  /** Callers at once under load. */
  static final int CALLERS = 8;

  /** Services that the mesh knows. */
  static final int CLUSTERS = 100;

  /** Services more, for what the data takes. */
  static final int MORE_CLUSTERS = 1_000;

  static Plan full() {
    // Short slices: what disturbs a machine from outside lasts a second or more, and meets all.
    return new Plan(false, 5, 64_000, 4_000, 12, 350, 175, 11, 9, 5);
  }

  /** As much as goes into a minute. */
  static Plan indicative() {
    return new Plan(true, 1, 2_000, 1_000, 1, 400, 200, 1, 0, 1);
  }

  /** What is compared in clear. */
  Set<Variant> variants() {
    return quick
        ? EnumSet.of(Variant.BARE, Variant.AGENT, Variant.ENVOY)
        : EnumSet.allOf(Variant.class);
  }

  /** What is compared under mutual TLS. */
  Set<TlsPath> tlsPaths() {
    return quick
        ? EnumSet.of(TlsPath.OWN, TlsPath.AGENT, TlsPath.ENVOY)
        : EnumSet.allOf(TlsPath.class);
  }
}
