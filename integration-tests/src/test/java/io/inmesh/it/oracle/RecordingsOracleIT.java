package io.inmesh.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.inmesh.conformance.EnvoyBinary;
import io.inmesh.conformance.EnvoyProcess;
import io.inmesh.instrumentation.testing.TestMesh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a real istiod sent is decided by a stock Envoy and by the engine alike. Runs with {@code
 * -Doracle}; installs Envoy.
 */
@Execution(ExecutionMode.SAME_THREAD)
class RecordingsOracleIT {
  private static final int LEAST_OF_A_SET = 40;
  private static final int LEAST_OF_A_NODE = 8;

  @TestFactory
  List<DynamicTest> bothChooseTheSame() throws Exception {
    if (System.getProperty("oracle") == null) {
      System.out.println("skipped: no comparison with Envoy; -Doracle asks for it");
      return List.of();
    }
    List<DynamicTest> tests = new ArrayList<>();
    Map<String, Integer> requestsOfSet = new LinkedHashMap<>();
    for (Recording recording : Recording.sidecars()) {
      requestsOfSet.put(recording.set(), 0);
      tests.add(
          DynamicTest.dynamicTest(
              recording.toString(),
              () -> {
                Comparison comparison = compare(recording);
                requestsOfSet.merge(recording.set(), comparison.size(), Integer::sum);
                check(recording, comparison);
              }));
    }
    for (String set : requestsOfSet.keySet()) {
      tests.add(
          DynamicTest.dynamicTest(
              set + " is asked enough",
              () -> assertThat(requestsOfSet.get(set)).isGreaterThanOrEqualTo(LEAST_OF_A_SET)));
    }
    return tests;
  }

  private static Comparison compare(Recording recording) throws Exception {
    Path target = TestMesh.repository().resolve("integration-tests/target");
    Path binary = EnvoyBinary.install(target);
    Path folder =
        Files.createDirectories(target.resolve("oracle"))
            .resolve(recording.set() + "-" + recording.node());
    Files.createDirectories(folder);
    Path log = folder.resolve("access.log");
    Files.deleteIfExists(log);
    int port = EnvoyProcess.freePort();
    byte[] bootstrap = StockBootstrap.of(recording, port, log).toByteArray();
    EngineSide engine = EngineSide.of(recording);
    Comparison comparison = new Comparison(RequestPlan.of(recording, engine), engine);
    try (EnvoyProcess envoy = EnvoyProcess.start(binary, bootstrap, folder, port);
        EnvoySide side = new EnvoySide(port, log)) {
      comparison.run(side);
    }
    System.out.println(recording + ": " + comparison.summary());
    return comparison;
  }

  private static void check(Recording recording, Comparison comparison) {
    assertThat(comparison.differences())
        .as("%s: request, Envoy's choice, the engine's choices", recording)
        .isEmpty();
    assertThat(comparison.chains()).containsAll(chains(recording));
    assertThat(comparison.routes()).containsAll(routes(recording));
    assertThat(comparison.size()).isGreaterThanOrEqualTo(LEAST_OF_A_NODE);
  }

  private static List<String> chains(Recording recording) {
    List<String> names = new ArrayList<>();
    for (Listener listener : recording.outbound()) {
      Listener stock = new StockListeners(recording.routes(), 1, Path.of("unused")).stock(listener);
      stock.getFilterChainsList().stream().map(FilterChain::getName).forEach(names::add);
      if (stock.hasDefaultFilterChain()) {
        names.add(stock.getDefaultFilterChain().getName());
      }
    }
    return names;
  }

  private static List<String> routes(Recording recording) {
    List<String> names = new ArrayList<>();
    recording
        .routes()
        .forEach(
            (table, routes) ->
                routes
                    .getVirtualHostsList()
                    .forEach(
                        host -> {
                          for (int i = 0; i < host.getRoutesCount(); i++) {
                            names.add(Choice.route(table, host.getName(), i));
                          }
                        }));
    return names;
  }
}
