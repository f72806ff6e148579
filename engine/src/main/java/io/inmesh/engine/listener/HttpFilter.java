package io.inmesh.engine.listener;

import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.authz.RbacStats;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.LocalRateLimit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of a connection manager's filters, with what it does where no level of the route table says
 * otherwise. A filter that is absent does nothing, whatever the route table says.
 */
public sealed interface HttpFilter {
  /**
   * Delays and aborts requests.
   *
   * @param active how many requests suffer from it at the moment
   */
  record Fault(FaultPolicy policy, AtomicLong active) implements HttpFilter {
    /** A filter that nobody has suffered from yet. */
    public Fault(FaultPolicy policy) {
      this(policy, new AtomicLong());
    }
  }

  /** Answers preflights and tells browsers who may read; it acts by the route table alone. */
  record Cors() implements HttpFilter {}

  /** Refuses what exceeds a rate. */
  record RateLimit(LocalRateLimit limit) implements HttpFilter {}

  /**
   * Refuses requests that its rules deny.
   *
   * @param name under which route tables speak to it
   * @param disabled whether it acts only where a level of the route table says so
   */
  record Rbac(String name, RbacFilter filter, boolean disabled, RbacStats stats)
      implements HttpFilter {
    /** A filter that acts and has counted nothing yet. */
    public Rbac(String name, RbacFilter filter) {
      this(name, filter, false, new RbacStats());
    }
  }
}
