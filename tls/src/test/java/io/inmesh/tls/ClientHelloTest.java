package io.inmesh.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real client sends, and everything that can be wrong with it. */
class ClientHelloTest {
  private static byte[] sent(String version, String name, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    if (!name.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    parameters.setApplicationProtocols(protocols);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32 * 1024);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static ClientHello.Result look(byte[] bytes) {
    return ClientHello.look(ByteBuffer.wrap(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void nameAndProtocolsAreRead(String version) throws Exception {
    assertThat(look(sent(version, "cart.shop", "istio", "h2", "http/1.1")))
        .isEqualTo(
            new ClientHello.Result.Found(
                new ClientHello("cart.shop", List.of("istio", "h2", "http/1.1"))));
    assertThat(look(sent(version, "")))
        .isEqualTo(new ClientHello.Result.Found(new ClientHello("", List.of())));
  }

  @Test
  void theNamesOfIstioAreReadAsTheyAre() throws Exception {
    byte[] bytes = sent("TLSv1.3", "outboundX.8080X.X.cart.shop", "istio");
    byte[] istio =
        "outbound_.8080_._.cart.shop".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("outboundX");
    System.arraycopy(istio, 0, bytes, at, istio.length);
    assertThat(look(bytes))
        .isEqualTo(
            new ClientHello.Result.Found(
                new ClientHello("outbound_.8080_._.cart.shop", List.of("istio"))));
  }

  @Test
  void everyPartOfOneAsksForMore() throws Exception {
    byte[] whole = sent("TLSv1.3", "cart.shop", "h2");
    for (int length = 0; length < whole.length; length++) {
      assertThat(look(Arrays.copyOf(whole, length)))
          .as("%s bytes", length)
          .isInstanceOf(ClientHello.Result.More.class);
    }
  }

  @Test
  void itMayBeSpreadOverRecords() throws Exception {
    byte[] whole = sent("TLSv1.3", "cart.shop", "h2");
    ByteBuffer pieces = ByteBuffer.allocate(whole.length * 6);
    for (int at = 5; at < whole.length; at++) {
      pieces.put(whole, 0, 3).putShort((short) 1).put(whole[at]);
    }
    pieces.flip();
    assertThat(ClientHello.look(pieces))
        .isEqualTo(new ClientHello.Result.Found(new ClientHello("cart.shop", List.of("h2"))));
    assertThat(pieces.position()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0", "\u0000\u0001", "SSH-2.0", "x"})
  void otherBytesAreTheApplications(String text) {
    assertThat(look(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
        .isInstanceOf(ClientHello.Result.Plain.class);
  }

  @ParameterizedTest
  @CsvSource({
    "16030100000, a record without content",
    "1603017fff00, a record that is too long",
    "1603010004020000ff, a ServerHello",
    "160301000401ffffff, a message that is too long",
    "15030100020100, an alert"
  })
  void whatNobodyCouldAnswerIsRefused(String hex, String what) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : hex + "0");
    assertThat(look(bytes))
        .as(what)
        .isInstanceOfAny(ClientHello.Result.Malformed.class, ClientHello.Result.Plain.class);
  }

  @Test
  void damagedOnesNeverThrow() throws Exception {
    byte[] whole = sent("TLSv1.3", "cart.shop", "h2", "http/1.1");
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertThat(look(damaged)).isNotNull();
    }
  }
}
