package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What com.sun.net.httpserver has to do beyond the contract. */
abstract class JdkServerContract extends OwnTlsContract {
  @Override
  protected final Class<? extends LibraryServer> server() {
    return JdkServer.class;
  }

  @Override
  final Class<? extends LibraryServer> ownTls() {
    return JdkHttpsServer.class;
  }

  @Test
  void noFilterOfTheAppComesFirst() throws Exception {
    mesh()
        .folder()
        .authorization(SERVER, "test", "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/view").header(JdkServer.FILTERED)).isEqualTo("1");
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                Wire.Answer denied = wire.get("/items");
                assertThat(denied.status()).isEqualTo(403);
                assertThat(denied.header(JdkServer.FILTERED)).isEmpty();
              });
    }
  }

  /** One that waited on it would hold up all others. */
  @Test
  void theOnlyThreadOfAServerWaitsForNoHandshake() throws Exception {
    List<AutoCloseable> silent = new ArrayList<>();
    try (ForkedServer single = another(JdkServerOnOneThread.class, "single", 0)) {
      for (int i = 0; i < 5; i++) {
        Wire begun = Wire.plain(single.port());
        silent.add(begun);
        begun.send(new byte[] {22, 3, 1, 1, 0, 1});
        silent.add(caller().connect(single.port()));
      }
      for (int i = 0; i < 3; i++) {
        try (Wire plain = Wire.plain(single.port());
            Wire mutual = caller().connect(single.port())) {
          assertThat(plain.get("/items").text()).isEqualTo("hello");
          assertThat(mutual.get("/items").text()).isEqualTo("hello");
          assertThat(mutual.get("/items").text()).isEqualTo("hello");
        }
      }
      for (AutoCloseable wire : silent) {
        wire.close();
      }
      try (Wire plain = Wire.plain(single.port())) {
        assertThat(plain.get("/items").text()).isEqualTo("hello");
      }
    }
  }
}
