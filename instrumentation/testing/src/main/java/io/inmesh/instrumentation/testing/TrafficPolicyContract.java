package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.Upstream.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What an app feels of a service's traffic policy: which hosts it gets, and when it gets none. A
 * part of {@link ClientContract}; each case has services of its own.
 */
abstract class TrafficPolicyContract extends HttpsRoutesContract {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** The app of this class. */
  protected abstract ForkedClient app();

  private String get(String service) {
    return app().send(ClientCall.get("http://" + service + ":8080/")).text();
  }

  private List<String> statusesAtOnce(String service, int calls) {
    List<CompletableFuture<ClientAnswer>> started = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      started.add(app().start(ClientCall.get("http://" + service + ":8080/")));
    }
    List<String> statuses = new ArrayList<>();
    for (CompletableFuture<ClientAnswer> call : started) {
      ClientAnswer answer = call.join();
      statuses.add(answer.status() + " " + answer.header("x-envoy-overloaded"));
    }
    return statuses;
  }

  @Test
  void aHostThatFailsIsLeftOutForAWhile() throws IOException {
    Upstream sick = mesh().upstream("sick");
    Upstream well = mesh().upstream("well");
    sick.always(Reply.status(500));
    mesh().folder().service("unsteady", sick, well);
    mesh()
        .folder()
        .policy(
            "unsteady",
            "{outlierDetection: {consecutive5xxErrors: 3, interval: 1s, baseEjectionTime: 2s,"
                + " maxEjectionPercent: 100}}");

    await("the sick host is ejected")
        .atMost(LONG)
        .until(
            () -> {
              get("unsteady");
              return mesh().admin(app(), "/clusters?format=json").contains("failedOutlierCheck");
            });
    for (int i = 0; i < 10; i++) {
      assertThat(get("unsteady")).isEqualTo("well");
    }
    assertThat(sick.seen()).hasSizeGreaterThanOrEqualTo(3);
    sick.reset();
    await("it is asked again").atMost(LONG).until(() -> get("unsteady").equals("sick"));
  }

  @Test
  void aHostThatNobodyListensOnIsLeftOut() throws IOException {
    Upstream well = mesh().upstream("well");
    try (Upstream gone = Upstream.start("gone")) {
      mesh().folder().service("halved", gone, well);
      mesh()
          .folder()
          .policy(
              "halved",
              "{outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 60s,"
                  + " maxEjectionPercent: 100}}");
      await("the service is known").until(() -> get("halved").equals("well"));
    }
    await("the host that is gone is left out")
        .atMost(LONG)
        .untilAsserted(
            () -> {
              for (int i = 0; i < 10; i++) {
                assertThat(get("halved")).isEqualTo("well");
              }
            });
  }

  @Test
  void moreRequestsThanTheServiceTakesAreAnsweredByTheMesh() throws IOException {
    Upstream narrow = mesh().upstream("narrow");
    narrow.always(Reply.status(200).after(700));
    mesh().folder().service("narrow", narrow);
    mesh().folder().policy("narrow", "{connectionPool: {http: {http2MaxRequests: 1}}}");

    await("one at a time")
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(statusesAtOnce("narrow", 4))
                    .containsExactlyInAnyOrder("200 ", "503 true", "503 true", "503 true"));
    assertThat(statusesAtOnce("narrow", 1)).as("its place is free").containsExactly("200 ");
  }

  /** What the app has been answered takes no place any more, on whatever thread it was told so. */
  @Test
  void aCallFindsThePlaceOfTheOneBeforeFree() throws IOException {
    Upstream single = mesh().upstream("single");
    mesh().folder().service("single", single);
    mesh().folder().policy("single", "{connectionPool: {http: {http2MaxRequests: 1}}}");
    await("one at a time")
        .atMost(LONG)
        .untilAsserted(() -> assertThat(statusesAtOnce("single", 8)).contains("503 true"));

    for (ClientCall.Mode mode : ClientCall.Mode.values()) {
      ClientCall call = ClientCall.get("http://single:8080/").in(mode);
      assertThat(app().repeat(call, 1000).status()).as("%s", mode).isEqualTo(200);
    }
  }

  @Test
  void moreRequestsThanConnectionsAndTheQueueTakeAreAnsweredByTheMesh() throws IOException {
    Upstream queued = mesh().upstream("queued");
    queued.always(Reply.status(200).after(700));
    mesh().folder().service("queued", queued);
    mesh()
        .folder()
        .policy(
            "queued",
            "{connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}");

    await("one on its connection, one in the queue")
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(statusesAtOnce("queued", 4))
                    .containsExactlyInAnyOrder("200 ", "200 ", "503 true", "503 true"));
  }

  @Test
  void aHeaderKeepsToOneHost() throws IOException {
    Upstream left = mesh().upstream("left");
    Upstream right = mesh().upstream("right");
    mesh().folder().service("sticky", left, right);
    mesh().folder().policy("sticky", "{loadBalancer: {consistentHash: {httpHeaderName: x-user}}}");

    await("each user has one host, and not all the same")
        .atMost(LONG)
        .untilAsserted(
            () -> {
              Set<String> all = new HashSet<>();
              for (int user = 0; user < 20; user++) {
                Set<String> hosts = hostsOf("user-" + user);
                assertThat(hosts).hasSize(1);
                all.addAll(hosts);
              }
              assertThat(all).containsExactlyInAnyOrder("left", "right");
            });
  }

  /** A queue that nobody takes connections of: the kernel leaves further ones without an answer. */
  @Test
  void aHostThatTakesNoConnectionIsGivenUp() throws IOException {
    try (Deaf deaf = Deaf.start()) {
      mesh().folder().policy("deaf", "{connectionPool: {tcp: {connectTimeout: 300ms}}}");
      mesh().folder().service("deaf", deaf.port());

      await("the mesh answers")
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = app().send(ClientCall.get("http://deaf:8080/"));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).endsWith("reset reason: connection timeout");
              });
    }
  }

  private Set<String> hostsOf(String user) {
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      ClientCall call = ClientCall.get("http://sticky:8080/").with("x-user", user);
      hosts.add(app().send(call).text());
    }
    return hosts;
  }
}
