package io.inmesh.instrumentation.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class HeaderChangesTest {
  private final Response response =
      new Response.Builder()
          .request(new Request.Builder().url("http://shop/").build())
          .protocol(Protocol.HTTP_1_1)
          .code(200)
          .message("")
          .header("Server", "app")
          .addHeader("Set-Cookie", "a=1")
          .addHeader("Set-Cookie", "b=2")
          .build();
  private final HeaderChanges changes = new HeaderChanges(response.headers());

  @Test
  void aResponseWithoutChangesHasTheHeadersOfTheApp() {
    assertThat(applied()).isEqualTo(response.headers());
  }

  @Test
  void changesTakeTheirPlaceInTheResponse() {
    changes.setHeader("server", "istio-envoy");
    changes.removeHeader("set-cookie");
    changes.addHeader("x-b", "1");
    changes.addHeader("x-b", "2");

    assertThat(applied()).isEqualTo(Headers.of("server", "istio-envoy", "x-b", "1", "x-b", "2"));
    assertThat(applied()).isEqualTo(changes.applied(response.headers()));
  }

  @Test
  void aValueMayHaveCharactersThatTheLibrarysBuilderRefuses() {
    changes.setHeader("x-city", "Zürich");

    assertThat(applied().get("x-city")).isEqualTo("Zürich");
    assertThat(applied().values("set-cookie")).containsExactly("a=1", "b=2");
  }

  private Headers applied() {
    Response.Builder builder = response.newBuilder();
    changes.applyTo(builder, response.headers());
    return builder.build().headers();
  }
}
