package io.inmesh.instrumentation.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeadersTest {
  private static final List<String> NAMES = List.of("x-envoy-one", "x-envoy-two");

  @Test
  void everyLineOfAFamilyThatIsNamedGoesAndNoOther() {
    Request request = new Request();
    MimeHeaders headers = request.getMimeHeaders();
    for (String name :
        List.of("X-Envoy-Two", "x-envoy-one", "host", "x-envoy-one", "x-envoy-three", "x-two")) {
      headers.addValue(name).setString("value");
    }

    new TomcatHeadEditor(request, new Headers(headers)).removeHeaders("x-envoy-", NAMES);

    assertThat(List.of(headers.getName(0), headers.getName(1), headers.getName(2)))
        .extracting(MessageBytes::toString)
        .containsExactly("host", "x-envoy-three", "x-two");
    assertThat(headers.size()).isEqualTo(3);
  }

  @Test
  void aPrintableValueIsWrittenAsItsBytes() {
    MessageBytes header = set("sidecar~127.0.0.1");

    assertThat(header.getType()).isEqualTo(MessageBytes.T_BYTES);
    assertThat(header.toString()).isEqualTo("sidecar~127.0.0.1");
  }

  @Test
  void aValueThatCouldEndItsLineIsLeftToTomcat() {
    for (String value : List.of("a\r\nset-cookie: b", "a\nb", "a\u0000b", "a\u007fb", "a\u010ab")) {
      assertThat(set(value).getType()).as(value).isEqualTo(MessageBytes.T_STR);
    }
  }

  private static MessageBytes set(String value) {
    MessageBytes header = new MimeHeaders().addValue("x-envoy-peer-metadata-id");
    Headers.set(header, value);
    return header;
  }

  @Test
  void aValueIsReadAsTomcatReadsIt() {
    MessageBytes latin = bytes(new byte[] {'a', (byte) 0xe9, 'b'}, null);
    MessageBytes utf = bytes("a\u20acb".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

    assertThat(Headers.text(latin)).isEqualTo("a\u00e9b").isEqualTo(latin.toString());
    assertThat(Headers.text(utf)).isEqualTo("a\u20acb").isEqualTo(utf.toString());
    assertThat(Headers.text(MessageBytes.newInstance())).isEmpty();
  }

  @Test
  void aNameThatThePeerHasSentInCapitalsIsFoundAndRemoved() {
    MimeHeaders received = new MimeHeaders();
    byte[] name = "X-Forwarded-Client-Cert".getBytes(StandardCharsets.US_ASCII);
    received.addValue(name, 0, name.length).setString("URI=spiffe://forged");
    Headers headers = new Headers(received);

    assertThat(headers.joined("x-forwarded-client-cert")).isEqualTo("URI=spiffe://forged");
    headers.remove("x-forwarded-client-cert");
    assertThat(received.size()).isZero();
  }

  private static MessageBytes bytes(byte[] bytes, @Nullable Charset charset) {
    MessageBytes value = MessageBytes.newInstance();
    value.setBytes(bytes, 0, bytes.length);
    if (charset != null) {
      value.setCharset(charset);
    }
    return value;
  }
}
