package io.inmesh.engine.match;

/** Envoy's {@code FractionalPercent}: numerator of 100, 10,000 or 1,000,000. */
public record FractionalPercent(int numerator, int denominator) {
  /** Always. */
  public static final FractionalPercent ALL = new FractionalPercent(100, 100);

  public FractionalPercent {
    if (numerator < 0) {
      throw new IllegalArgumentException("FractionalPercent.numerator: must not be negative");
    }
    if (denominator != 100 && denominator != 10_000 && denominator != 1_000_000) {
      throw new IllegalArgumentException(
          "FractionalPercent.denominator: one of 100, 10000, 1000000, not " + denominator);
    }
  }

  /** Whether the random number, unsigned, falls below the fraction. */
  public boolean selects(long random) {
    return Long.remainderUnsigned(random, denominator) < numerator;
  }

  /** The fraction as a number between 0 and 100. */
  public double percent() {
    return 100.0 * numerator / denominator;
  }
}
