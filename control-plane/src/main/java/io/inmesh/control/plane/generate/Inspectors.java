package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.inmesh.control.plane.generate.InboundChains.Chain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The listener filters that look at the first bytes, off on the ports where nothing asks them. */
final class Inspectors {
  /** Stands for all ports that have no chains of their own. */
  static final int ANY_PORT = 0;

  private final Map<Integer, List<Chain>> byPort = new TreeMap<>();

  /** Notes the chains of a port; the chains of several calls count together. */
  void add(int port, List<Chain> chains) {
    byPort.computeIfAbsent(port, key -> new ArrayList<>()).addAll(chains);
  }

  List<ListenerFilter> filters() {
    List<ListenerFilter> out = new ArrayList<>();
    if (on(ANY_PORT, Chain::inspectsTls)) {
      out.add(except(Filters.tlsInspector(), ports(false, Chain::inspectsTls)));
    } else if (byPort.keySet().stream().anyMatch(port -> on(port, Chain::inspectsTls))) {
      ListenerFilterChainMatchPredicate asked = onPorts(ports(true, Chain::inspectsTls));
      out.add(
          Filters.tlsInspector().toBuilder()
              .setFilterDisabled(ListenerFilterChainMatchPredicate.newBuilder().setNotMatch(asked))
              .build());
    }
    if (byPort.keySet().stream().anyMatch(port -> on(port, Chain::inspectsHttp))) {
      List<Integer> off = ports(false, Chain::inspectsHttp);
      // port 0 stands among them where the catch-all does not ask, as istiod writes it
      out.add(except(Filters.httpInspector(), off));
    }
    return out;
  }

  private boolean on(int port, Predicate<Chain> asks) {
    return byPort.getOrDefault(port, List.of()).stream().anyMatch(asks);
  }

  private List<Integer> ports(boolean on, Predicate<Chain> asks) {
    return byPort.keySet().stream().filter(port -> on(port, asks) == on).toList();
  }

  private static ListenerFilter except(ListenerFilter filter, List<Integer> ports) {
    return ports.isEmpty() ? filter : filter.toBuilder().setFilterDisabled(onPorts(ports)).build();
  }

  private static ListenerFilterChainMatchPredicate onPorts(List<Integer> ports) {
    List<ListenerFilterChainMatchPredicate> rules =
        ports.stream()
            .map(
                port ->
                    ListenerFilterChainMatchPredicate.newBuilder()
                        .setDestinationPortRange(
                            Int32Range.newBuilder().setStart(port).setEnd(port + 1))
                        .build())
            .toList();
    return rules.size() == 1
        ? rules.get(0)
        : ListenerFilterChainMatchPredicate.newBuilder()
            .setOrMatch(ListenerFilterChainMatchPredicate.MatchSet.newBuilder().addAllRules(rules))
            .build();
  }
}
