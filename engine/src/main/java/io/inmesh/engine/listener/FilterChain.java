package io.inmesh.engine.listener;

import io.inmesh.engine.authz.RbacRequest;
import io.inmesh.engine.authz.RbacResult;
import io.inmesh.engine.trace.Trace;
import java.util.List;

/**
 * One filter chain.
 *
 * @param networkFilters those before the last, in order
 * @param action what the last one does
 */
public record FilterChain(
    String name,
    FilterChainMatch match,
    List<NetworkFilter> networkFilters,
    FilterChainAction action) {
  public FilterChain {
    networkFilters = List.copyOf(networkFilters);
  }

  /** A chain of one filter. */
  public FilterChain(String name, FilterChainMatch match, FilterChainAction action) {
    this(name, match, List.of(), action);
  }

  /**
   * Whether a connection may go on to the last filter; one that may not is closed at its first
   * byte. The first filter that denies has decided. No allocation where there is no filter.
   *
   * @param trace {@link Trace#OFF} counts; a recording one learns why and counts nothing
   */
  public RbacResult authorize(Downstream downstream, Trace trace) {
    if (networkFilters.isEmpty()) {
      return RbacResult.ALLOWED;
    }
    RbacRequest request = RbacRequest.of(downstream);
    for (int i = 0; i < networkFilters.size(); i++) {
      NetworkFilter.Rbac rbac = (NetworkFilter.Rbac) networkFilters.get(i);
      RbacResult result =
          trace.on()
              ? rbac.filter().explain(request, rbac.name(), trace)
              : rbac.filter().check(request, rbac.stats());
      if (!result.allowed()) {
        return result;
      }
    }
    return RbacResult.ALLOWED;
  }
}
