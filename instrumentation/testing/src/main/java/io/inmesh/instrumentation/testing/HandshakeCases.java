package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom TLS lets in, and what a handshake may look like. */
interface HandshakeCases extends ServerCases {
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  default void bothVersionsAreSpoken(String version) throws IOException {
    try (Wire wire = secure(caller().speaking(version))) {
      assertThat(wire.session().getProtocol()).isEqualTo(version);
      assertThat(wire.get("/items").text()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  default void aCallerWithoutACertificateIsRefused(String version) throws IOException {
    assertRefused(caller().speaking(version).showing(Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  default void aCallerOfAnotherRootIsRefused(String version) throws IOException {
    TestCa.Signed stranger =
        TestCa.stranger().sign("cluster.local", CALLER, Instant.now().plus(Duration.ofHours(1)));
    assertRefused(caller().speaking(version).showing(Optional.of(stranger)));
  }

  @Test
  default void aCallerOfAnotherTrustDomainIsRefused() throws IOException {
    TestCa.Signed elsewhere =
        mesh().ca().sign("elsewhere.example", CALLER, Instant.now().plus(Duration.ofHours(1)));
    assertRefused(caller().showing(Optional.of(elsewhere)));
  }

  @Test
  default void anExpiredCertificateIsRefused() throws IOException {
    TestCa.Signed expired =
        mesh().ca().sign("cluster.local", CALLER, Instant.now().minus(Duration.ofMinutes(1)));
    assertRefused(caller().showing(Optional.of(expired)));
  }

  private void assertRefused(MeshCaller caller) throws IOException {
    assertThat(isServed(caller)).isFalse();
    assertThat(isServed(caller())).as("others").isTrue();
  }

  @Test
  default void whatIsNotOfTheMeshIsNotTerminated() throws IOException {
    assertThat(isServed(caller().offering("http/1.1"))).as("TLS of nobody").isFalse();
    assertThat(isServed(caller())).as("others").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  default void theFirstBytesMayComeOneByOne(String version) throws IOException {
    try (Relay relay = Relay.inPieces(app().port());
        Wire wire = secure(caller().speaking(version), relay.port())) {
      assertThat(wire.get("/items").text()).isEqualTo("hello");
      assertThat(wire.get("/items").text()).isEqualTo("hello");
    }
  }

  @Test
  default void aHandshakeThatDoesNotGoOnIsClosed() throws IOException {
    byte[] hello = oldHello();
    List<Wire> silent = new ArrayList<>();
    try {
      for (int length : new int[] {1, 4, hello.length - 1}) {
        Wire wire = Wire.plain(app().port());
        silent.add(wire);
        wire.send(Arrays.copyOf(hello, length));
      }
      assertThat(isServed(caller())).as("others").isTrue();
      assertThat(isServed(clear())).as("others").isTrue();

      assertThat(silent).allMatch(Wire::ended);
    } finally {
      for (Wire wire : silent) {
        wire.close();
      }
    }
  }

  @Test
  default void aHandshakeThatNobodyCanFinishIsClosed() throws IOException {
    byte[] garbage = oldHello();
    Arrays.fill(garbage, 5, garbage.length, (byte) 0x7f);
    for (byte[] bytes : new byte[][] {oldHello(), garbage}) {
      try (Wire wire = Wire.plain(app().port())) {
        wire.send(bytes);

        assertThat(wire.endedAfterAnAlert()).isTrue();
        assertThat(isServed(caller())).as("others").isTrue();
      }
    }
  }

  @Test
  default void garbageInsideTlsEndsThatConnectionAlone() throws IOException {
    try (Relay relay = Relay.to(app().port());
        Wire wire = secure(caller(), relay.port())) {
      assertThat(wire.get("/items").text()).isEqualTo("hello");
      // More than a record: what looks like the beginning of one is waited for.
      relay.inject("GET /items HTTP/1.1\r\nHost: shop\r\n\r\n".repeat(1000));

      assertThat(wire.ended()).isTrue();
      assertThat(isServed(caller())).as("others").isTrue();
    }
  }

  @Test
  default void aRenewedCertificateIsShownWhileConnectionsGoOn() throws Exception {
    try (ForkedServer brief = another("brief", 0, "certificate-life=8s");
        Wire old = secure(caller(), brief.port())) {
      Certificate first = old.session().getPeerCertificates()[0];
      await("renewal")
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> {
                try (Wire next = secure(caller(), brief.port())) {
                  assertThat(next.get("/items").text()).isEqualTo("hello");
                  assertThat(old.get("/items").text()).isEqualTo("hello");
                  assertThat(next.session().getPeerCertificates()[0]).isNotEqualTo(first);
                }
              });
    }
  }

  /** A ClientHello of TLS 1.0 that looks like one of a sidecar otherwise. */
  private static byte[] oldHello() throws IOException {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(hello);
    out.writeShort(0x0301);
    out.write(new byte[32]);
    out.writeByte(0);
    out.writeShort(2);
    out.writeShort(0x002f);
    out.writeShort(0x0100);
    byte[] istio = "istio".getBytes(StandardCharsets.US_ASCII);
    out.writeShort(istio.length + 7);
    out.writeShort(16);
    out.writeShort(istio.length + 3);
    out.writeShort(istio.length + 1);
    out.writeByte(istio.length);
    out.write(istio);
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    out = new DataOutputStream(record);
    out.writeByte(22);
    out.writeShort(0x0301);
    out.writeShort(hello.size() + 4);
    out.writeInt(0x01000000 | hello.size());
    hello.writeTo(out);
    return record.toByteArray();
  }
}
