package io.inmesh.engine.listener;

import io.inmesh.engine.authz.RbacRequest;
import io.inmesh.engine.authz.RbacResult;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import java.util.Optional;

/**
 * One filter chain.
 *
 * @param networkFilters those before the last, in order
 * @param action what the last one does
 * @param tls what it terminates; empty leaves the bytes as they are
 */
public record FilterChain(
    String name,
    FilterChainMatch match,
    List<NetworkFilter> networkFilters,
    FilterChainAction action,
    Optional<DownstreamTls> tls) {
  public FilterChain {
    networkFilters = List.copyOf(networkFilters);
  }

  /** A chain of one filter that leaves the bytes as they are. */
  public FilterChain(String name, FilterChainMatch match, FilterChainAction action) {
    this(name, match, List.of(), action, Optional.empty());
  }

  /** Whether it speaks HTTP. */
  public boolean isHttp() {
    return action instanceof FilterChainAction.HttpConnectionManager
        || (action instanceof FilterChainAction.Refuse refuse && refuse.http());
  }

  /** Whether it may refuse a request for what it is or who sends it. */
  public boolean authorizesRequests() {
    return action instanceof FilterChainAction.HttpConnectionManager manager
        ? manager.filters().stream().anyMatch(HttpFilter.Rbac.class::isInstance)
        : isHttp();
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
