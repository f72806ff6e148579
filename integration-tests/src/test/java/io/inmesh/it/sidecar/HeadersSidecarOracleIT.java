package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.conformance.HeaderDifference;
import io.inmesh.conformance.HeaderDifference.What;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.TestMesh;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same request from app to app, between two Envoy sidecars, between an agent and a sidecar and
 * between two agents: both apps see the same headers, but for those on one list; {@code -Doracle}.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class HeadersSidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final String FORWARDED = "x-forwarded-client-cert";
  private static final Pattern HASH = Pattern.compile("Hash=[0-9a-f]{64}");

  private final List<HeaderDifference> list =
      HeaderDifference.all(TestMesh.repository().resolve("conformance"));
  private final Map<Spoken, Apps> apps = new EnumMap<>(Spoken.class);
  private final Map<Spoken, Sidecar> ofBare = new EnumMap<>(Spoken.class);
  private final Map<Request, Map<Pair, Sight>> seen = new EnumMap<>(Request.class);
  private SidecarMesh mesh;
  private Sidecar.Terms websOwn;

  /** Who speaks for the client and for the server. */
  private enum Pair {
    SIDECAR_TO_SIDECAR,
    AGENT_TO_SIDECAR,
    SIDECAR_TO_AGENT,
    AGENT_TO_AGENT
  }

  private enum Request {
    GET(Spoken.HTTP_1),
    POST(Spoken.HTTP_1),
    OVER_HTTP_2(Spoken.HTTP_2),
    GRPC_UNARY(Spoken.GRPC);

    final Spoken spoken;

    Request(Spoken spoken) {
      this.spoken = spoken;
    }

    ClientCall call(String host) {
      ClientCall page = spoken.headers(host).with("x-mine", "1");
      if (this == GET || this == GRPC_UNARY) {
        return page;
      }
      return ClientCall.post(page.url(), new byte[100])
          .over(page.protocol())
          .with("x-mine", "1")
          .with("Content-Type", "text/plain")
          .with("x-forwarded-for", "192.0.2.1")
          .with("x-forwarded-client-cert", "URI=spiffe://cluster.local/ns/test/sa/forged")
          .with("x-envoy-internal", "true");
    }
  }

  /**
   * Headers by name, several values joined.
   *
   * @param byServer of the request
   * @param byClient of the response, trailers among them
   */
  private record Sight(Map<String, String> byServer, Map<String, String> byClient) {
    static Sight of(ClientAnswer answer) {
      assertThat(answer.text()).as(answer + answer.message()).contains("x-mine: 1");
      Map<String, String> request = new TreeMap<>();
      for (String line : answer.text().split("\n")) {
        String[] parts = line.split(": ", 2);
        add(request, parts[0], parts[1]);
      }
      Map<String, String> response = new TreeMap<>();
      for (int i = 0; i < answer.headers().size(); i += 2) {
        add(response, answer.headers().get(i), answer.headers().get(i + 1));
      }
      // The page names what differs, and HTTP/2's own are no headers, but some clients show them.
      response.replace("content-length", String.valueOf(answer.body().length), "of the body");
      response.keySet().removeIf(name -> name.startsWith(":"));
      return new Sight(request, response);
    }

    private static void add(Map<String, String> headers, String name, String value) {
      headers.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b);
    }
  }

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
    websOwn = mesh.serving("web");
    for (Spoken spoken : Spoken.values()) {
      apps.put(spoken, Apps.start(mesh, spoken));
    }
    for (Spoken spoken : Spoken.values()) {
      Apps these = of(apps, spoken);
      Sidecar.Terms calling = mesh.calling(these.name());
      Sidecar sidecar = mesh.before(these.name(), these.bare().port(), spoken.manner());
      ofBare.put(spoken, sidecar);
      send(Pair.SIDECAR_TO_SIDECAR, spoken, calling, sidecar.port());
      send(Pair.SIDECAR_TO_AGENT, spoken, calling, these.shop().port());
      ClientCall echo = spoken.echo(these.name() + ":8080", "x");
      await(these.name())
          .atMost(LONG)
          .untilAsserted(() -> assertThat(these.web().send(echo).text()).isEqualTo("x"));
      send(Pair.AGENT_TO_AGENT, spoken, these.web(), "");
      mesh.mesh().folder().remove("served-" + these.name());
      mesh.mesh().folder().secured(these.name(), sidecar.port(), these.name(), spoken.protocol());
      String before = seenByBare(spoken);
      await(these.name())
          .atMost(LONG)
          .until(
              () -> {
                var unused = these.web().send(echo);
                return !seenByBare(spoken).equals(before);
              });
      send(Pair.AGENT_TO_SIDECAR, spoken, these.web(), "");
    }
  }

  private static <K, V> V of(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  private String seenByBare(Spoken spoken) throws Exception {
    Apps these = of(apps, spoken);
    return these.caller().send(spoken.seen("127.0.0.1:" + these.bare().port())).text();
  }

  private void send(Pair pair, Spoken spoken, Sidecar.Terms calling, int to) throws Exception {
    Apps these = of(apps, spoken);
    try (Sidecar sidecar = Sidecar.outbound(calling, to, these.name(), spoken.manner())) {
      send(pair, spoken, these.caller(), "127.0.0.1:" + sidecar.port());
    }
  }

  /** To a place, or where the service's name leads. */
  private void send(Pair pair, Spoken spoken, ForkedClient client, String place) {
    String service = of(apps, spoken).name() + ":8080";
    for (Request request : Request.values()) {
      if (request.spoken == spoken) {
        ClientCall call = request.call(place.isEmpty() ? service : place);
        ClientAnswer answer = client.send(place.isEmpty() ? call : call.with("Host", service));
        seen.computeIfAbsent(request, unused -> new EnumMap<>(Pair.class))
            .put(pair, Sight.of(answer));
      }
    }
  }

  @AfterAll
  void stop() throws Exception {
    ofBare.values().forEach(Sidecar::close);
    apps.values().forEach(Apps::close);
    mesh.close();
  }

  @ParameterizedTest
  @EnumSource
  void bothAppsSeeTheHeadersOfSidecars(Request request) {
    Map<Pair, Sight> sights = of(seen, request);
    Sight expected = of(sights, Pair.SIDECAR_TO_SIDECAR);
    sights.forEach(
        (pair, sight) -> {
          assertThat(listless(sight.byServer, expected.byServer))
              .as("server, " + pair)
              .isEqualTo(listless(expected.byServer, sight.byServer));
          assertThat(listless(sight.byClient, expected.byClient))
              .as("client, " + pair)
              .isEqualTo(listless(expected.byClient, sight.byClient));
        });
  }

  /** Without what the list has, as far as the other has it too where the list says so. */
  private Map<String, String> listless(Map<String, String> some, Map<String, String> other) {
    Map<String, String> rest = new TreeMap<>(some);
    for (HeaderDifference one : list) {
      if (one.what() == What.PRESENCE || other.containsKey(one.header())) {
        rest.remove(one.header());
      }
    }
    return rest;
  }

  @Test
  void theListSaysOnlyWhatDiffers() {
    Set<String> different = new TreeSet<>();
    for (Map<Pair, Sight> sights : seen.values()) {
      Sight expected = of(sights, Pair.SIDECAR_TO_SIDECAR);
      for (Sight sight : sights.values()) {
        for (HeaderDifference one : list) {
          String name = one.header();
          if (!Objects.equals(sight.byServer.get(name), expected.byServer.get(name))
              || !Objects.equals(sight.byClient.get(name), expected.byClient.get(name))) {
            different.add(name);
          }
        }
      }
    }
    list.forEach(one -> System.out.printf("%s: %s%n", one.header(), one.reason()));

    assertThat(list).allMatch(one -> different.contains(one.header()), "still differs");
  }

  @ParameterizedTest
  @EnumSource
  void theForwardedCertificateIsThatOfSidecars(Request request) {
    Map<Pair, String> forwarded = new EnumMap<>(Pair.class);
    of(seen, request).forEach((pair, sight) -> forwarded.put(pair, sight.byServer.get(FORWARDED)));

    assertThat(forwarded.get(Pair.SIDECAR_TO_AGENT))
        .contains("By=spiffe://cluster.local/ns/test/sa/" + of(apps, request.spoken).name())
        .isEqualTo(forwarded.get(Pair.SIDECAR_TO_SIDECAR));
    assertThat(forwarded.get(Pair.AGENT_TO_AGENT)).isEqualTo(forwarded.get(Pair.AGENT_TO_SIDECAR));
    assertThat(withoutHash(forwarded.get(Pair.AGENT_TO_AGENT)))
        .isEqualTo(withoutHash(forwarded.get(Pair.SIDECAR_TO_SIDECAR)));
  }

  private static String withoutHash(@Nullable String forwarded) {
    return HASH.matcher(String.valueOf(forwarded)).replaceAll("Hash=");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheCallersSidecarHasReceivedStandsBeforeIt(Spoken spoken) throws Exception {
    Apps these = of(apps, spoken);
    Sidecar.Terms edge = mesh.calling("web").showing(mesh.certificate("edge"));
    Sidecar.Terms web = mesh.calling(these.name());
    String bySidecar = forwarded(spoken, edge, web, of(ofBare, spoken).port());

    assertThat(bySidecar)
        .containsSubsequence(
            "By=spiffe://cluster.local/ns/test/sa/web",
            "URI=spiffe://cluster.local/ns/test/sa/edge,",
            "By=spiffe://cluster.local/ns/test/sa/" + these.name(),
            "URI=spiffe://cluster.local/ns/test/sa/web");
    assertThat(forwarded(spoken, edge, web, these.shop().port())).isEqualTo(bySidecar);
  }

  /**
   * From an app at the edge to one at the port, through one that passes on what it has received.
   */
  private String forwarded(Spoken spoken, Sidecar.Terms edge, Sidecar.Terms web, int to)
      throws Exception {
    Sidecar.Manner manner = spoken.manner();
    try (Sidecar out =
            Sidecar.outbound(web, to, of(apps, spoken).name(), manner.forwardingCertificates());
        Sidecar in = Sidecar.inbound(websOwn, out.port(), manner);
        Sidecar first = Sidecar.outbound(edge, in.port(), "web", manner)) {
      ClientCall call = spoken.headers("127.0.0.1:" + first.port()).with("x-mine", "1");
      String forwarded = Sight.of(of(apps, spoken).caller().send(call)).byServer.get(FORWARDED);
      return String.valueOf(forwarded);
    }
  }
}
