package io.inmesh.engine.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a host is chosen inside of a locality. */
public sealed interface LbPolicy {
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

  record RingHash(
      long minimumRingSize,
      long maximumRingSize,
      boolean murmur,
      boolean hashHostname,
      int balanceFactor)
      implements LbPolicy {}

  record Maglev(long tableSize, boolean hashHostname, int balanceFactor) implements LbPolicy {}

  /** The cluster's type decides: original destination. */
  record ClusterProvided() implements LbPolicy {}

  /**
   * How a host that became healthy gets its share by and by.
   *
   * @param minWeightPercent default 10
   */
  record SlowStart(Duration window, double aggression, double minWeightPercent) {}
}
