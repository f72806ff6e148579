package io.inmesh.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code previous_priorities}: after every so many attempts of a request its retries leave
 * out the priorities that were tried. Once all have been, it starts over. Belongs to one request;
 * not thread-safe.
 */
public final class PreviousPriorities {
  private final int updateFrequency;
  private final List<Host> attempted = new ArrayList<>();
  private long excluded;
  private @Nullable PriorityLoad adjusted;

  /**
   * @param updateFrequency at least 1
   */
  public PreviousPriorities(int updateFrequency) {
    if (updateFrequency < 1) {
      throw new IllegalArgumentException(
          "PreviousPrioritiesConfig.update_frequency: value must be greater than 0");
    }
    this.updateFrequency = updateFrequency;
  }

  /** A host was chosen for an attempt. */
  public void attempted(Host host) {
    attempted.add(host);
  }

  /** The load by which a retry chooses its priority. */
  PriorityLoad of(PriorityLoad original) {
    int count = attempted.size();
    if (count < updateFrequency) {
      return original;
    }
    if (count % updateFrequency == 0) {
      for (Host host : attempted) {
        excluded |= bit(host.priority());
      }
      PriorityLoad left = original.without(excluded);
      if (left == null) {
        excluded = 0;
        attempted.clear();
        left = original.without(0);
      }
      adjusted = left;
      return left == null ? original : left;
    }
    return adjusted == null || !adjusted.sameSize(original) ? original : adjusted;
  }

  /** One of a mask of priorities, of which Envoy allows 128 and nobody uses more than a few. */
  static long bit(int priority) {
    return 1L << Math.min(priority, Long.SIZE - 1);
  }
}
