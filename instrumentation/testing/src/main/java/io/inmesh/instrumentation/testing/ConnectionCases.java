package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over a connection, in clear and with TLS. */
interface ConnectionCases extends ServerCases {
  int BIG = 10 * 1024 * 1024;

  private Wire connect(boolean secure) throws IOException {
    return secure ? caller().connect(app().port()) : Wire.plain(app().port());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  default void bigBodiesGoBothWays(boolean secure) throws IOException {
    byte[] body = new byte[BIG];
    new Random(1).nextBytes(body);
    try (Wire wire = connect(secure)) {
      assertThat(Arrays.equals(wire.post("/echo", body).body(), body)).isTrue();
      assertThat(wire.get("/big?" + BIG).body()).hasSize(BIG);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  default void aConnectionServesManyRequests(boolean secure) throws Exception {
    try (Wire wire = connect(secure)) {
      for (int i = 0; i < 20; i++) {
        assertThat(wire.get("/items").text()).isEqualTo("hello");
        assertThat(wire.post("/echo", new byte[] {'a', 'b'}).text()).isEqualTo("ab");
      }
      Thread.sleep(300);
      assertThat(wire.get("/items").text()).as("after a pause").isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  default void requestsMayComeBeforeTheirTurn(boolean secure) throws IOException {
    String get = Wire.head("GET", "/items");
    String post = Wire.head("POST", "/echo", "Content-Length: 2") + "ab";
    try (Wire wire = connect(secure)) {
      wire.send(get + post + get + get.substring(0, 20));
      assertThat(wire.read().text()).isEqualTo("hello");
      wire.send(get.substring(20));
      assertThat(wire.read().text()).isEqualTo("ab");
      assertThat(wire.read().text()).isEqualTo("hello");
      assertThat(wire.read().text()).isEqualTo("hello");

      // One record each, of which the server may find several at once.
      for (int i = 0; i < 30; i++) {
        wire.send(get);
      }
      for (int i = 0; i < 30; i++) {
        assertThat(wire.read().text()).isEqualTo("hello");
      }
      assertThat(wire.get("/items").text()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  default void aRequestMayComeLateAndInPieces(boolean secure) throws Exception {
    try (Wire wire = connect(secure)) {
      Thread.sleep(300);
      for (byte one : Wire.head("GET", "/items").getBytes(StandardCharsets.US_ASCII)) {
        wire.send(new byte[] {one});
      }
      assertThat(wire.read().text()).isEqualTo("hello");
    }
  }

  @Test
  default void theAppSeesHttpOfTheRealCaller() throws IOException {
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/view").text())
          .isEqualTo("remote=" + wire.local() + " scheme=http secure=false protocol=HTTP/1.1");
      assertThat(wire.session().getPeerCertificates()).isNotEmpty();
    }
  }

  @Test
  default void nothingOfHttpIsSeenOnTheWay() throws IOException {
    try (Relay relay = Relay.to(app().port());
        Wire secure = caller().connect(relay.port());
        Wire plain = Wire.plain(relay.port())) {
      assertThat(secure.get("/items").text()).isEqualTo("hello");
      assertThat(secure.post("/echo", "secret".getBytes(StandardCharsets.US_ASCII)).text())
          .isEqualTo("secret");
      assertThat(relay.seen()).doesNotContain("HTTP", "hello", "secret", "items");

      assertThat(plain.get("/items").text()).isEqualTo("hello");
      assertThat(relay.seen()).as("the relay works").contains("HTTP", "hello", "items");
    }
  }
}
