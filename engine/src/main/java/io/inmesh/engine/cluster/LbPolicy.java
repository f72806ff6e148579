package io.inmesh.engine.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a host is chosen inside of a locality. */
public sealed interface LbPolicy {
  /** Whether requests with one hash go to one host. */
  default boolean hashes() {
    return false;
  }

  /** Percent of the mean load that a host may have; 0 where its load does not count. */
  default int balanceFactor() {
    return 0;
  }

  record RoundRobin(@Nullable SlowStart slowStart) implements LbPolicy {}

  /**
   * Least request.
   *
   * @param choiceCount samples of a pick, at least 2, default 2
   * @param activeRequestBias exponent in the weighted case, default 1.0
   * @param fullScan whether all hosts are compared
   */
  record LeastRequest(
      int choiceCount, double activeRequestBias, boolean fullScan, @Nullable SlowStart slowStart)
      implements LbPolicy {
    /** Envoy's defaults. */
    public static final LeastRequest DEFAULT = new LeastRequest(2, 1.0, false, null);

    public LeastRequest {
      if (choiceCount < 2) {
        throw new IllegalArgumentException(
            "LeastRequestLbConfig.choice_count: value must be greater than or equal to 2");
      }
      if (!(activeRequestBias >= 0)) {
        activeRequestBias = 1.0;
      }
    }
  }

  record RandomChoice() implements LbPolicy {}

  /**
   * Ring hash.
   *
   * @param balanceFactor at least 100, or 0 for none
   */
  record RingHash(
      long minimumRingSize,
      long maximumRingSize,
      boolean murmur,
      boolean hashHostname,
      int balanceFactor)
      implements LbPolicy {
    public RingHash {
      checkBalanceFactor(balanceFactor);
      if (maximumRingSize > MAX_RING_SIZE || minimumRingSize > maximumRingSize) {
        throw new IllegalArgumentException(
            "ring hash: minimum_ring_size ("
                + minimumRingSize
                + ") > maximum_ring_size ("
                + maximumRingSize
                + ")");
      }
    }

    @Override
    public boolean hashes() {
      return true;
    }
  }

  /**
   * Maglev.
   *
   * @param tableSize a prime number, at most 5000011
   * @param balanceFactor at least 100, or 0 for none
   */
  record Maglev(long tableSize, boolean hashHostname, int balanceFactor) implements LbPolicy {
    public Maglev {
      checkBalanceFactor(balanceFactor);
      if (tableSize > MAX_TABLE_SIZE || !isPrime(tableSize)) {
        throw new IllegalArgumentException(
            "The table size of maglev must be prime number, and at most "
                + MAX_TABLE_SIZE
                + ": "
                + tableSize);
      }
    }

    @Override
    public boolean hashes() {
      return true;
    }

    private static boolean isPrime(long number) {
      for (long i = 2; i * i <= number; i++) {
        if (number % i == 0) {
          return false;
        }
      }
      return number > 1;
    }
  }

  private static void checkBalanceFactor(int factor) {
    if (factor != 0 && factor < 100) {
      throw new IllegalArgumentException(
          "ConsistentHashingLbConfig.hash_balance_factor: value must be greater than or equal to"
              + " 100: "
              + factor);
    }
  }

  /** Of a ring. */
  long MAX_RING_SIZE = 8L * 1024 * 1024;

  /** Of a Maglev table. */
  long MAX_TABLE_SIZE = 5_000_011;

  /** The cluster's type decides: original destination. */
  record ClusterProvided() implements LbPolicy {}

  /**
   * How a host that became healthy gets its share by and by.
   *
   * @param minWeightPercent default 10
   */
  record SlowStart(Duration window, double aggression, double minWeightPercent) {}
}
