package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.Counters;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** What Tomcat has to do beyond the contract. */
abstract class TomcatContract extends OwnTlsContract {
  private static final int BIG = 3_000_000;
  private static final String DENY_ITEMS = "[{to: [{operation: {paths: ['/items']}}]}]";

  /** How many streams of a connection Tomcat serves at once. */
  private static final int STREAMS_AT_ONCE = 20;

  @Override
  protected final Class<? extends LibraryServer> server() {
    return TomcatServer.class;
  }

  @Override
  final Class<? extends LibraryServer> ownTls() {
    return TomcatHttpsServer.class;
  }

  @Test
  void http2IsAdmittedStreamByStream() throws Exception {
    mesh().folder().authorization(SERVER, "h2", "DENY", DENY_ITEMS);
    try (SecuringRelay relay =
        new SecuringRelay(caller().offering("istio-h2", "istio", "h2"), app().port())) {
      OkHttpClient client =
          new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                try (Response denied = ask(client, relay.port(), "/items")) {
                  // Read: else it is reset, and OkHttp 3.14 does not know Tomcat's answer to that.
                  assertThat(denied.code()).as(denied.body().string()).isEqualTo(403);
                }
              });
      try (Response view = ask(client, relay.port(), "/view")) {
        assertThat(view.body().string()).contains("scheme=http secure=false protocol=HTTP/2");
      }
      try (Response headers = ask(client, relay.port(), "/headers")) {
        assertThat(headers.body().string()).contains("x-forwarded-client-cert");
      }
      try (Response big = ask(client, relay.port(), "/big?" + BIG)) {
        assertThat(big.body().bytes()).hasSize(BIG);
      }
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    } finally {
      mesh().folder().noAuthorization("h2");
    }
  }

  @Test
  void callersOverHttp2AreToldThatTheAppEnds() throws Exception {
    try (ForkedServer leaving = another("leaving", 0);
        SecuringRelay relay =
            new SecuringRelay(caller().offering("istio-h2", "istio", "h2"), leaving.port())) {
      OkHttpClient client =
          new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
      // Before the server's settings have come OkHttp may open a second connection.
      items(client, relay.port());
      items(client, relay.port());
      int before = relay.accepted();
      items(client, relay.port());
      assertThat(relay.accepted()).isEqualTo(before);

      leaving.terminate();
      await()
          .atMost(LONG)
          .until(
              () -> {
                items(client, relay.port());
                return relay.accepted() > before;
              });
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  @Test
  void aStreamThatWaitsWhileItsConnectionEndsIsNotServed() throws Exception {
    Dispatcher many = new Dispatcher();
    many.setMaxRequestsPerHost(2 * STREAMS_AT_ONCE);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
            .dispatcher(many)
            .retryOnConnectionFailure(false)
            .build();
    try (ForkedServer busy = another("busy", 0);
        SecuringRelay relay =
            new SecuringRelay(
                MeshCaller.of(mesh().ca(), "web", "busy").offering("istio-h2", "istio", "h2"),
                busy.port())) {
      mesh().folder().authorization("busy", "busy", "DENY", DENY_ITEMS);
      await().atMost(LONG).until(() -> status(client, relay.port(), "/items") == 403);
      await().atMost(LONG).until(() -> hasOneConnection(client, relay.port()));
      int before = seen(busy);
      // The first that ends makes room for the one that waits; the others show when all is over.
      enqueue(client, relay.port(), "/slow?1500");
      for (int i = 1; i < STREAMS_AT_ONCE; i++) {
        enqueue(client, relay.port(), "/slow?3000");
      }
      await().atMost(LONG).until(() -> seen(busy) == before + STREAMS_AT_ONCE);
      int connections = relay.accepted();
      CountDownLatch sent = new CountDownLatch(1);
      OkHttpClient telling = client.newBuilder().eventListener(new Sent(sent)).build();
      enqueue(telling, relay.port(), "/items");
      assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(relay.accepted()).isEqualTo(connections);

      relay.close();

      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                Counters counters = new Counters(mesh().admin(busy, "/stats/prometheus"));
                assertThat(counters.of("inmesh_inbound_requests_ended_total"))
                    .isGreaterThan(STREAMS_AT_ONCE)
                    .isEqualTo(counters.of("inmesh_inbound_requests_total{kind=\"admitted\"}"));
              });
      assertThat(seen(busy)).isEqualTo(before + STREAMS_AT_ONCE);
    }
    client.dispatcher().executorService().shutdown();
  }

  /** Before the server's settings have come OkHttp may open a second connection. */
  private static boolean hasOneConnection(OkHttpClient client, int port) throws IOException {
    client.connectionPool().evictAll();
    status(client, port, "/items");
    return client.connectionPool().connectionCount() == 1;
  }

  /** Tells when the head of a request has been written. */
  private static final class Sent extends EventListener {
    private final CountDownLatch sent;

    Sent(CountDownLatch sent) {
      this.sent = sent;
    }

    @Override
    public void requestHeadersEnd(Call call, Request request) {
      sent.countDown();
    }
  }

  private static int seen(ForkedServer server) throws IOException {
    try (Wire wire = Wire.plain(server.port())) {
      return Integer.parseInt(wire.get("/seen").text());
    }
  }

  private static void enqueue(OkHttpClient client, int port, String path) {
    client
        .newCall(to(port, path))
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException unused) {
                // Its connection is cut.
              }

              @Override
              public void onResponse(Call call, Response response) {
                response.close();
              }
            });
  }

  private static int status(OkHttpClient client, int port, String path) throws IOException {
    try (Response response = ask(client, port, path)) {
      return response.code();
    }
  }

  private static void items(OkHttpClient client, int port) throws IOException {
    try (Response response = ask(client, port, "/items")) {
      assertThat(response.body().string()).isEqualTo("hello");
    }
  }

  private static Response ask(OkHttpClient client, int port, String path) throws IOException {
    return client.newCall(to(port, path)).execute();
  }

  private static Request to(int port, String path) {
    return new Request.Builder()
        .url("http://127.0.0.1:" + port + path)
        .header("Host", "shop:8080")
        .build();
  }

  @Test
  void theConnectorThatIsNotCoveredIsGuarded() throws Exception {
    try (ForkedServer nio2 = another(TomcatNio2Server.class, "nio2", 0)) {
      await("permissive").atMost(LONG).until(() -> isServed(Wire.plain(nio2.port())));
      mesh().folder().mutualTls("nio2", "STRICT");
      await("strict").atMost(LONG).until(() -> !isServed(Wire.plain(nio2.port())));
    }
  }
}
