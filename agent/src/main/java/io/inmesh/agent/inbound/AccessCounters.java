package io.inmesh.agent.inbound;

import io.inmesh.engine.authz.RbacCounts;
import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.authz.RbacStats;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.listener.NetworkFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often access rules allowed and denied since their filter came, in Prometheus' text form;
 * chains of the same name are one.
 */
final class AccessCounters {
  private final Map<String, Long> lines = new TreeMap<>();

  private AccessCounters() {}

  static String prometheus(List<FilterChain> chains) {
    AccessCounters counters = new AccessCounters();
    chains.forEach(counters::add);
    StringBuilder out = new StringBuilder("# TYPE inmesh_rbac_total counter\n");
    counters.lines.forEach((line, count) -> out.append(line).append(count).append('\n'));
    return out.toString();
  }

  private void add(FilterChain chain) {
    for (NetworkFilter filter : chain.networkFilters()) {
      if (filter instanceof NetworkFilter.Rbac rbac) {
        add(chain.name(), rbac.name(), rbac.filter(), rbac.stats());
      }
    }
    if (chain.action() instanceof HttpConnectionManager manager) {
      for (HttpFilter filter : manager.filters()) {
        if (filter instanceof HttpFilter.Rbac rbac) {
          add(chain.name(), rbac.name(), rbac.filter(), rbac.stats());
        }
      }
    }
  }

  private void add(String chain, String name, RbacFilter filter, RbacStats stats) {
    String labels = "inmesh_rbac_total{chain=\"" + chain + "\",filter=\"" + name + "\",rules=\"";
    if (filter.rules() != null) {
      add(labels + "enforced\",", stats.enforced());
    }
    if (filter.shadowRules() != null) {
      String prefix = "shadow\",prefix=\"" + filter.shadowRulesStatPrefix() + "\",";
      add(labels + prefix, stats.shadow());
    }
  }

  private void add(String labels, RbacCounts counts) {
    lines.merge(labels + "result=\"allowed\"} ", counts.allowed(), Long::sum);
    lines.merge(labels + "result=\"denied\"} ", counts.denied(), Long::sum);
  }
}
