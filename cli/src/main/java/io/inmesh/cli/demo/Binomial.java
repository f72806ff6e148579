package io.inmesh.cli.demo;

/**
 * What chance allows: the counts that n independent calls, each with probability p, stay within.
 *
 * @param low inclusive
 * @param high inclusive
 */
public record Binomial(int low, int high) {
  /**
   * The narrowest bounds whose tails are each at most half the error.
   *
   * @param n at least 1
   * @param p between 0 and 1
   * @param error probability that a fair count lies outside, above 0
   */
  public static Binomial bounds(int n, double p, double error) {
    if (n < 1 || !(p >= 0 && p <= 1) || !(error > 0 && error < 1)) {
      throw new IllegalArgumentException("n=" + n + " p=" + p + " error=" + error);
    }
    if (p == 0 || p == 1) {
      int all = p == 0 ? 0 : n;
      return new Binomial(all, all);
    }
    int low = 0;
    double tail = mass(n, p, 0);
    while (tail <= error / 2) {
      low++;
      tail += mass(n, p, low);
    }
    int high = n;
    tail = mass(n, p, n);
    while (tail <= error / 2) {
      high--;
      tail += mass(n, p, high);
    }
    return new Binomial(low, high);
  }

  /** Whether chance explains the count. */
  public boolean allows(int count) {
    return count >= low && count <= high;
  }

  private static double mass(int n, double p, int k) {
    double log = k * Math.log(p) + (n - k) * Math.log1p(-p);
    for (int i = 1; i <= k; i++) {
      log += Math.log((n - k + i) / (double) i);
    }
    return Math.exp(log);
  }
}
