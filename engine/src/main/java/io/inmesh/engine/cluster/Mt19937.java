package io.inmesh.engine.cluster;

/** The Mersenne Twister of 32 bits, as {@code std::mt19937}. Not thread-safe. */
final class Mt19937 {
  private static final int SIZE = 624;
  private static final int MIDDLE = 397;

  private final int[] state = new int[SIZE];
  private int next;

  /** Starts the sequence of a seed. */
  void seed(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    next = 0;
  }

  /** The next number, 32 bits unsigned. */
  int next() {
    int pair = (state[next] & 0x80000000) | (state[next + 1 < SIZE ? next + 1 : 0] & 0x7fffffff);
    int far = next + MIDDLE;
    int value = state[far < SIZE ? far : far - SIZE] ^ (pair >>> 1) ^ (-(pair & 1) & 0x9908b0df);
    state[next] = value;
    next = next + 1 < SIZE ? next + 1 : 0;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return value ^ (value >>> 18);
  }

  /** The next number below a bound, drawn as Envoy does: by equal parts of the range. */
  int below(int bound) {
    long part = (1L << 32) / bound;
    long drawn = bound;
    while (drawn >= bound) {
      drawn = Integer.toUnsignedLong(next()) / part;
    }
    return (int) drawn;
  }
}
