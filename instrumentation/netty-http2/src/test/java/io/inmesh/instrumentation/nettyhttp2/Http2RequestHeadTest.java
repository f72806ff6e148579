package io.inmesh.instrumentation.nettyhttp2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http2RequestHeadTest {
  private static Http2Headers headers(String path) {
    return new DefaultHttp2Headers().method("GET").scheme("https").authority("a:81").path(path);
  }

  @Test
  void aHeadIsReadFromPseudoHeaders() {
    Http2RequestHead head = new Http2RequestHead(headers("/a?b"), 80);

    assertThat(head.method()).isEqualTo("GET");
    assertThat(head.scheme()).isEqualTo("http");
    assertThat(head.authority()).isEqualTo("a:81");
    assertThat(head.host()).isEqualTo("a");
    assertThat(head.port()).isEqualTo(81);
    assertThat(head.protocol()).isEqualTo("HTTP/2");
  }

  @Test
  void hostStandsForAnAuthorityThatIsNotThere() {
    Http2RequestHead head =
        new Http2RequestHead(new DefaultHttp2Headers().method("GET").add("host", "[::1]"), 80);

    assertThat(head.host()).isEqualTo("[::1]");
    assertThat(head.port()).isEqualTo(80);
  }

  @ParameterizedTest
  @CsvSource({
    "/a, /a, ",
    "/a?b=c?d, /a, b=c?d",
    "/a#b?c, /a, ",
    "/a?b=x://y, /a, b=x://y",
    "http://x:1/a?b, /a, b",
    "http://x?b, /, b",
    "*, *, ",
  })
  void aPathIsSplitAndNotDecoded(String target, String path, String query) {
    Http2RequestHead head = new Http2RequestHead(headers(target), 80);

    assertThat(head.path()).isEqualTo(path);
    assertThat(head.query()).isEqualTo(query);
  }

  @Test
  void linesOfAHeaderAreJoinedAsEnvoyDoes() {
    Http2Headers headers =
        headers("/").add("x", "1").add("x", "2").add("cookie", "a=1").add("cookie", "b=2");
    Http2RequestHead head = new Http2RequestHead(headers, 80);

    assertThat(head.header("x")).isEqualTo("1,2");
    assertThat(head.lines("x")).containsExactly("1", "2");
    assertThat(head.header("cookie")).isEqualTo("a=1; b=2");
    assertThat(head.header("none")).isNull();
  }

  @Test
  void anEditChangesWhatIsThere() {
    Http2Headers headers = headers("/a").add("host", "a").add("x", "1").add("gone", "1");
    Http2HeadEditor editor = new Http2HeadEditor(headers);
    editor.setPath("/b?c");
    editor.setAuthority("b");
    editor.setHeader("x", "2");
    editor.addHeader("x", "3");
    editor.removeHeader("gone");

    assertThat(headers)
        .isEqualTo(
            new DefaultHttp2Headers()
                .method("GET")
                .scheme("https")
                .authority("b")
                .path("/b?c")
                .add("x", "2")
                .add("x", "3"));
  }

  @Test
  void aPathThatDoesNotChangeStaysAsItWasSent() {
    Http2Headers headers = headers("/a#b");
    Http2HeadEditor editor = new Http2HeadEditor(headers);
    editor.setPath(editor.path());

    assertThat(headers.path()).hasToString("/a#b");
  }
}
