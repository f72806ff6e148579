package io.inmesh.engine.net;

/** Further random numbers out of the one that a request was given: SplitMix64 over an index. */
public final class Mix {
  private Mix() {}

  /** The index-th number that belongs to a random number; index 0 is not that number itself. */
  public static long draw(long random, int index) {
    long z = random + (index + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
