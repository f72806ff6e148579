package io.inmesh.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ClientCall.Protocol;
import io.inmesh.instrumentation.testing.ClientContract;
import io.inmesh.instrumentation.testing.Http2Upstream;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.instrumentation.testing.Upstream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What java.net.http.HttpClient has to do beyond the contract: HTTP/2 in clear, and WebSocket. */
abstract class JdkClientContract extends ClientContract {
  @Override
  protected final Class<? extends LibraryClient> client() {
    return JdkClient.class;
  }

  @Test
  void http2IsRoutedRewrittenAndRetried() {
    try (Http2Upstream upstream = new Http2Upstream()) {
      mesh().folder().service("h2", upstream.port());
      mesh()
          .folder()
          .routes(
              "h2",
              """
              - match: [{uri: {prefix: /api/}}]
                rewrite: {uri: /internal/, authority: inner.example}
                route: [{destination: {host: h2.test.svc.cluster.local}}]
                headers: {request: {set: {x-app: changed}, remove: [x-secret]}}
                retries: {attempts: 2, retryOn: "5xx", backoff: 1ms}
              - route: [{destination: {host: h2.test.svc.cluster.local}}]
              """);
      ClientCall call = ClientCall.get("http://h2:8080/api/items").over(Protocol.HTTP_2);
      // The first request on a connection is HTTP/1.1 with an offer to upgrade.
      await().untilAsserted(() -> assertThat(app().send(call).text()).isEqualTo("HTTP/2"));
      int before = upstream.seen().size();
      upstream.script(503);
      ClientAnswer answer = app().send(call.with("x-app", "mine").with("x-secret", "s"));

      assertThat(answer.text()).isEqualTo("HTTP/2");
      assertThat(answer.uri()).isEqualTo("http://h2:8080/api/items");
      assertThat(answer.requestHeader("x-app")).isEqualTo("mine");
      assertThat(upstream.seen()).hasSize(before + 2);
      Upstream.Seen seen = upstream.seen().get(before + 1);
      assertThat(seen.target()).isEqualTo("/internal/items");
      assertThat(seen.header("host")).isEqualTo("inner.example");
      assertThat(seen.header("x-app")).isEqualTo("changed");
      assertThat(seen.header("x-secret")).isEmpty();
      assertThat(seen.header("x-envoy-attempt-count")).isEqualTo("2");
    }
  }

  @Test
  void aConnectionOfHttp2IsClosedWhenItsEndpointIsRemoved() throws Exception {
    try (Http2Upstream upstream = new Http2Upstream();
        Relay leaving = Relay.to(upstream.port())) {
      mesh().folder().service("h2-idle", leaving.port());
      ClientCall call = ClientCall.get("http://h2-idle:8080/").over(Protocol.HTTP_2);
      await().untilAsserted(() -> assertThat(app().send(call).text()).isEqualTo("HTTP/2"));
      assertThat(app().send(call).text()).isEqualTo("HTTP/2");

      mesh().folder().remove("service-h2-idle");

      await("it is closed").until(() -> leaving.open() == 0);
    }
  }

  @Test
  void aConnectionOfHttp2FinishesItsStreamsBeforeItIsClosed() throws Exception {
    try (Http2Upstream first = new Http2Upstream();
        Http2Upstream second = new Http2Upstream();
        Relay leaving = Relay.to(first.port())) {
      mesh().folder().service("h2-busy", leaving.port());
      ClientCall call = ClientCall.get("http://h2-busy:8080/").over(Protocol.HTTP_2);
      await().untilAsserted(() -> assertThat(app().send(call).text()).isEqualTo("HTTP/2"));
      app().send(call.over(Protocol.HTTP_1_1));
      int served = first.seen().size();
      assertThat(leaving.open()).as("one of each protocol").isEqualTo(2);
      leaving.hold();
      CompletableFuture<ClientAnswer> last = app().start(call);
      await("it is answered, into the relay").until(() -> first.seen().size() > served);

      mesh().folder().service("h2-busy", second.port());

      await("the idle one of HTTP/1.1 is closed").until(() -> leaving.open() == 1);
      assertThat(app().send(call).status()).isEqualTo(200);
      assertThat(second.seen()).hasSize(1);
      assertThat(last).isNotDone();
      leaving.release();
      assertThat(last.join().text()).isEqualTo("HTTP/2");
      await("that of HTTP/2 is closed too").until(() -> leaving.open() == 0);
    }
  }

  @Test
  void aWebSocketPasses() throws Exception {
    try (WebSocketUpstream upstream = new WebSocketUpstream()) {
      mesh().folder().service("socket", upstream.port());
      ClientCall call =
          ClientCall.get("http://socket:8080/").with(JdkClient.WEB_SOCKET_MESSAGE, "hello");
      await().untilAsserted(() -> assertThat(app().send(call).text()).isEqualTo("echo hello"));

      assertThat(upstream.host()).isEqualTo("socket:8080");
    }
  }
}
