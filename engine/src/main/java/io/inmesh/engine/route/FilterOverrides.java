package io.inmesh.engine.route;

import org.jspecify.annotations.Nullable;

/**
 * What one level of a route table says to HTTP filters: its {@code typed_per_filter_config}. A null
 * leaves a filter to the next wider level.
 *
 * @param fault of the fault filter
 * @param cors of the CORS filter
 * @param rateLimit of the local rate limit
 */
public record FilterOverrides(
    @Nullable FaultPolicy fault, @Nullable CorsPolicy cors, @Nullable LocalRateLimit rateLimit) {
  /** Says nothing. */
  public static final FilterOverrides NONE = new FilterOverrides(null, null, null);

  /** Says something to the fault filter alone. */
  public static FilterOverrides ofFault(@Nullable FaultPolicy fault) {
    return fault == null ? NONE : new FilterOverrides(fault, null, null);
  }
}
