package io.inmesh.instrumentation.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import okhttp3.Request;
import org.junit.jupiter.api.Test;

class OkHeadEditorTest {
  private final Request request =
      new Request.Builder()
          .url("http://shop:8080/items?page=2")
          .header("Host", "shop:8080")
          .header("Connection", "Keep-Alive")
          .addHeader("X-Own", "a")
          .addHeader("X-Own", "b")
          .build();
  private boolean told;
  private final OkHeadEditor editor = new OkHeadEditor(new OkRequestHead(request), () -> told);

  @Test
  void anUnchangedHeadIsWrittenAsTheAppGaveIt() {
    assertThat(editor.http1(request))
        .isEqualTo(
            """
            GET /items?page=2 HTTP/1.1
            Host: shop:8080
            Connection: Keep-Alive
            X-Own: a
            X-Own: b"""
                .replace("\n", "\r\n"));
  }

  @Test
  void everyLineOfARemovedHeaderStaysOutAndWhatIsSetTakesThePlace() {
    editor.removeHeader("connection");
    editor.setHeader("x-own", "mesh");
    editor.setHeader("x-request-id", "first");
    editor.setHeader("x-request-id", "second");
    editor.setPath("/v2/items?page=2");

    assertThat(editor.http1(request))
        .isEqualTo(
            """
            GET /v2/items?page=2 HTTP/1.1
            Host: shop:8080
            x-own: mesh
            x-request-id: second"""
                .replace("\n", "\r\n"));
  }

  @Test
  void whatIsSetAsItStandsAlreadyChangesNothing() {
    editor.setHeader("connection", "Keep-Alive");

    assertThat(editor.isNone()).isTrue();
  }

  @Test
  void oneOfTwoLinesSetAnewIsTheOnlyOne() {
    editor.setHeader("x-own", "a");

    assertThat(editor.http1(request)).endsWith("Connection: Keep-Alive\r\nx-own: a");
  }

  @Test
  void theMetadataOfTheWorkloadIsLeftOutForAPeerThatHasIt() {
    editor.setHeader("x-envoy-peer-metadata-id", "sidecar~10.0.0.9~app.ns~ns.svc");
    editor.setHeader("x-envoy-peer-metadata", "cGVlcg==");
    editor.setHeader("x-request-id", "id");

    assertThat(editor.http1(request)).contains("x-envoy-peer-metadata-id: ", "cGVlcg==");
    told = true;
    assertThat(editor.http1(request))
        .doesNotContain("x-envoy-peer-metadata")
        .endsWith("\r\nx-request-id: id");
  }

  @Test
  void whatANetworkInterceptorHasAddedIsWrittenToo() {
    editor.setHeader("x-request-id", "id");

    assertThat(editor.http1(request.newBuilder().header("X-Late", "yes").build()))
        .contains("\r\nX-Late: yes\r\n")
        .endsWith("\r\nx-request-id: id");
  }

  @Test
  void theLibrarysOwnRequestGetsTheSameChanges() {
    editor.removeHeader("connection");
    editor.setHeader("x-own", "mesh");
    editor.setPath("/v2/items");

    Request changed = editor.applied(request);

    assertThat(changed.headers().toString()).isEqualTo("Host: shop:8080\nx-own: mesh\n");
    assertThat(changed.url()).hasToString("http://shop:8080/v2/items");
  }

  @Test
  void aHeaderThatIsReadAgainIsTheEditedOne() {
    assertThat(editor.header("x-own")).isEqualTo("a,b");
    assertThat(editor.firstLine("x-own")).isEqualTo("a");

    editor.setHeader("x-own", "mesh");

    assertThat(editor.header("x-own")).isEqualTo("mesh");
    assertThat(editor.header("x-none")).isNull();
  }

  @Test
  void aValueThatWouldEndItsLineIsRefused() {
    assertThatThrownBy(() -> editor.setHeader("x-own", "a\r\nx-evil: b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line break");
  }
}
