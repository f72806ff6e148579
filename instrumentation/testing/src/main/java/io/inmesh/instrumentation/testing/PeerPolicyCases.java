package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** PeerAuthentication on the app's own port. */
interface PeerPolicyCases extends ServerCases {
  @Test
  default void permissiveServesBothSideBySide() throws IOException {
    mode("PERMISSIVE");
    try (Wire plain = Wire.plain(app().port());
        Wire mutual = caller().connect(app().port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(plain.get("/items").text()).isEqualTo("hello");
        assertThat(mutual.get("/items").text()).isEqualTo("hello");
      }
    }
  }

  @Test
  default void strictClosesWhatComesInClear() throws IOException {
    mode("STRICT");
    try (Wire plain = Wire.plain(app().port());
        Wire mutual = caller().connect(app().port())) {
      plain.send(Wire.head("GET", "/items"));

      assertThat(plain.ended()).isTrue();
      assertThat(mutual.get("/items").text()).isEqualTo("hello");
    }
  }

  @Test
  default void disableServesInClearAlone() {
    mode("DISABLE");
  }

  @Test
  default void aConnectionInClearIsRefusedOnceThePolicyIsStrict() throws IOException {
    mode("PERMISSIVE");
    try (Wire plain = Wire.plain(app().port());
        Wire mutual = caller().connect(app().port())) {
      assertThat(plain.get("/items").status()).isEqualTo(200);
      assertThat(mutual.get("/items").status()).isEqualTo(200);

      mode("STRICT");

      Wire.Answer answer = plain.get("/items");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(plain.ended()).isTrue();
      assertThat(mutual.get("/items").status()).isEqualTo(200);
    }
  }

  @Test
  default void aConnectionWithTlsStaysWhenThePolicyIsRelaxed() throws IOException {
    mode("STRICT");
    try (Wire mutual = caller().connect(app().port())) {
      assertThat(mutual.get("/items").status()).isEqualTo(200);
      mode("PERMISSIVE");
      await().untilAsserted(() -> assertThat(mutual.get("/items").status()).isEqualTo(200));
    }
  }

  @Test
  default void anExcludedPortIsLeftAlone() throws IOException {
    int port = freePort();
    try (ForkedServer excluded = another("aside", port, "exclude-inbound-ports=" + port)) {
      mesh().folder().mutualTls("aside", "STRICT");
      mode("STRICT");

      assertThat(isServed(Wire.plain(excluded.port()))).isTrue();
      assertThat(isLeftAlone(excluded)).isTrue();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
