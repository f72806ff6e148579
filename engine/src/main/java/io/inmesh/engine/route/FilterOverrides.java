package io.inmesh.engine.route;

import io.inmesh.engine.authz.RbacOverride;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one level of a route table says to HTTP filters: its {@code typed_per_filter_config}. A null
 * leaves a filter to the next wider level.
 *
 * @param fault of the fault filter
 * @param cors of the CORS filter
 * @param rateLimit of the local rate limit
 * @param rbac of access control, by the name of the filter
 */
public record FilterOverrides(
    @Nullable FaultPolicy fault,
    @Nullable CorsPolicy cors,
    @Nullable LocalRateLimit rateLimit,
    Map<String, RbacOverride> rbac) {
  /** Says nothing. */
  public static final FilterOverrides NONE = new FilterOverrides(null, null, null, Map.of());

  public FilterOverrides {
    rbac = Map.copyOf(rbac);
  }

  /** Says something to the fault filter alone. */
  public static FilterOverrides ofFault(@Nullable FaultPolicy fault) {
    return fault == null ? NONE : new FilterOverrides(fault, null, null, Map.of());
  }
}
