package io.inmesh.it.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The choices of both sides for the requests of one node. */
final class Comparison {
  // A choice of one in ten is missed by so many calls once in 10^8 runs.
  private static final int MOST_ROUNDS = 12;
  private static final int CALLS_A_ROUND = 16;

  private final EngineSide engine;
  private final List<OracleRequest> requests;
  private final Map<OracleRequest, Set<Choice>> ofEnvoy = new LinkedHashMap<>();
  private final Map<OracleRequest, Set<Choice>> ofEngine = new LinkedHashMap<>();
  private final Set<String> chains = new TreeSet<>();
  private final Set<String> routes = new TreeSet<>();

  Comparison(List<OracleRequest> requests, EngineSide engine) {
    this.requests = List.copyOf(requests);
    this.engine = engine;
  }

  /** Asks both; Envoy again as long as a choice of the engine has not been seen of it. */
  void run(EnvoySide envoy) throws Exception {
    for (OracleRequest request : requests) {
      ofEngine.put(request, engine.choices(request));
      ofEnvoy.put(request, new LinkedHashSet<>());
    }
    ask(envoy, requests);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<OracleRequest> again = new ArrayList<>();
      for (OracleRequest request : requests) {
        Set<Choice> missing = new LinkedHashSet<>(possible(request));
        missing.removeAll(seen(request));
        if (request.every() && !missing.isEmpty()) {
          for (int i = 0; i < CALLS_A_ROUND; i++) {
            again.add(request);
          }
        }
      }
      if (again.isEmpty()) {
        return;
      }
      ask(envoy, again);
    }
  }

  private void ask(EnvoySide envoy, List<OracleRequest> asked) throws Exception {
    List<AccessLine> lines = envoy.send(asked);
    for (int i = 0; i < asked.size(); i++) {
      seen(asked.get(i)).add(lines.get(i).choice());
      chains.add(lines.get(i).chain());
      routes.add(lines.get(i).route());
    }
  }

  private Set<Choice> seen(OracleRequest request) {
    return ofEnvoy.getOrDefault(request, Set.of());
  }

  private Set<Choice> possible(OracleRequest request) {
    return ofEngine.getOrDefault(request, Set.of());
  }

  /** A line for each request that the two sides do not agree on. */
  List<String> differences() {
    List<String> table = new ArrayList<>();
    for (OracleRequest request : requests) {
      Set<Choice> seen = seen(request);
      Set<Choice> possible = possible(request);
      boolean agree =
          request.every() ? seen.equals(possible) : !seen.isEmpty() && possible.containsAll(seen);
      if (!agree) {
        table.add("\n" + request + "\n  Envoy:  " + seen + "\n  engine: " + possible);
      }
    }
    return table;
  }

  /** The filter chains that Envoy took. */
  Set<String> chains() {
    return chains;
  }

  /** The routes that Envoy took. */
  Set<String> routes() {
    return routes;
  }

  int size() {
    return requests.size();
  }

  String summary() {
    return size()
        + " requests, "
        + chains.size()
        + " filter chains, "
        + routes.size()
        + " routes, "
        + differences().size()
        + " differences";
  }
}
