package io.inmesh.engine.cluster;

import java.util.List;

/**
 * The endpoints of one locality in one priority.
 *
 * @param weight 0 where absent: under locality weighting it then gets no load
 * @param priority 0 is the highest; gaps are accepted
 */
public record LocalityEndpoints(
    Locality locality, long weight, int priority, List<Endpoint> endpoints) {
  public LocalityEndpoints {
    endpoints = List.copyOf(endpoints);
    if (priority < 0 || priority > 128) {
      throw new IllegalArgumentException(
          "LocalityLbEndpoints.priority: value must be less than or equal to 128: " + priority);
    }
    if (weight < 0 || weight > 0xffffffffL) {
      throw new IllegalArgumentException("LocalityLbEndpoints.load_balancing_weight: " + weight);
    }
  }
}
