package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** What Tomcat has to do beyond the contract. */
abstract class TomcatContract extends ServerContract {
  private static final int BIG = 3_000_000;

  @Override
  protected final Class<? extends LibraryServer> server() {
    return TomcatServer.class;
  }

  @Test
  void http2IsAdmittedStreamByStream() throws Exception {
    mesh()
        .folder()
        .authorization(SERVER, "h2", "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
    try (SecuringRelay relay =
        new SecuringRelay(caller().offering("istio-h2", "istio", "h2"), app().port())) {
      OkHttpClient client =
          new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                try (Response denied = ask(client, relay.port(), "/items")) {
                  assertThat(denied.code()).isEqualTo(403);
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

  private static void items(OkHttpClient client, int port) throws IOException {
    try (Response response = ask(client, port, "/items")) {
      assertThat(response.body().string()).isEqualTo("hello");
    }
  }

  private static Response ask(OkHttpClient client, int port, String path) throws IOException {
    return client
        .newCall(
            new Request.Builder()
                .url("http://127.0.0.1:" + port + path)
                .header("Host", "shop:8080")
                .build())
        .execute();
  }

  @Test
  void tlsOfTheAppsOwnIsLeftAloneAndStandsInsideThatOfTheMesh() throws Exception {
    try (ForkedServer own = another(TomcatHttpsServer.class, "own", 0)) {
      SSLSocketFactory tls = AnyServer.sockets();
      mesh().folder().served("own", own.port(), "HTTPS");
      await("https").atMost(LONG).until(() -> !isRefused(tls, own.port()));
      serves(tls.createSocket(InetAddress.getLoopbackAddress(), own.port()));
      mesh().folder().mutualTls("own", "STRICT");
      await("strict").atMost(LONG).until(() -> isRefused(tls, own.port()));
      try (SecuringRelay relay = new SecuringRelay(caller(), own.port())) {
        serves(tls.createSocket(InetAddress.getLoopbackAddress(), relay.port()));
      }
    }
  }

  private static void serves(Socket socket) throws IOException {
    try (Wire wire = new Wire(socket)) {
      assertThat(wire.get("/view").text()).contains("scheme=https secure=true");
      assertThat(wire.get("/big?" + BIG).body()).hasSize(BIG);
      assertThat(wire.post("/echo", new byte[BIG]).body()).hasSize(BIG);
    }
  }

  private static boolean isRefused(SSLSocketFactory tls, int port) {
    try (Wire wire = new Wire(tls.createSocket(InetAddress.getLoopbackAddress(), port))) {
      return wire.get("/items").status() != 200;
    } catch (IOException refused) {
      return true;
    }
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
