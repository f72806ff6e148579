package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of more than one message, or of big ones. */
interface StreamCases extends GrpcCases {
  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"UNARY", "CLIENT_STREAMING", "BIDI_STREAMING"})
  default void aDelayedCallKeepsWhatTheAppSends(MethodType type) {
    ClientAnswer answer = app().send(GrpcApp.call(type, CATALOG + "/shop.Late/Echo", "hi"));

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(answer.millis()).isGreaterThanOrEqualTo(190);
  }

  @Test
  default void streamsFromTheServer() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.SERVER_STREAMING, CATALOG + "/shop.Catalog/Count", "500"));

    assertThat(answer.status()).isZero();
    assertThat(answer.text().split("\n")).hasSize(500).endsWith("499");
  }

  @Test
  default void streamsFromTheClient() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(
                    MethodType.CLIENT_STREAMING, CATALOG + "/shop.Catalog/Collect", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("3:6");
  }

  @Test
  default void streamsBothWays() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(
                    MethodType.BIDI_STREAMING, CATALOG + "/shop.Catalog/Echo", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("a\nbb\nccc");
  }

  @Test
  default void aStreamIsSentAgainWhole() {
    v1().script(Status.UNAVAILABLE);

    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(
                    MethodType.CLIENT_STREAMING, CATALOG + "/shop.Flaky/Collect", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("3:6");
    assertThat(v1().seen()).hasSize(2);
  }

  @Test
  default void bigMessagesGoBothWays() {
    String big = "x".repeat(3 << 20);

    ClientAnswer answer = unary("/shop.Catalog/Echo", big);

    assertThat(answer.status()).as(answer.message()).isZero();
    assertThat(answer.body()).hasSize(3 << 20);
  }

  @Test
  default void whatOutgrowsTheBufferIsNotRetried() {
    v1().script(Status.UNAVAILABLE);

    ClientAnswer answer = unary("/shop.Flaky/Echo", "x".repeat(3 << 20));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(v1().seen()).hasSize(1);
  }
}
