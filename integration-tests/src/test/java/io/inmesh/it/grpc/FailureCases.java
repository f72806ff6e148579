package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a call that fails, or takes too long. */
interface FailureCases extends GrpcCases {
  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  default void retriesWhatEndsWithoutAMessage(ClientCall.Mode mode) {
    v1().script(Status.UNAVAILABLE, Status.UNAVAILABLE);

    ClientAnswer answer =
        app().send(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Flaky/Echo", "hi").in(mode));

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(v1().seen()).hasSize(3);
    assertThat(v1().seen().get(2).headers()).containsEntry("x-envoy-attempt-count", "3");
  }

  @Test
  default void theLastStatusIsTheAppsWhenRetriesAreUsedUp() {
    Status down = Status.UNAVAILABLE.withDescription("down");
    v1().script(down, down, down, down);

    ClientAnswer answer = unary("/shop.Flaky/Echo", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.message()).isEqualTo("down");
    assertThat(v1().seen()).hasSize(4);
  }

  @Test
  default void nothingElseRetries() {
    v1().script(Status.UNAVAILABLE);

    assertThat(unary("/shop.Once/Echo", "hi").status()).isEqualTo(UNAVAILABLE);
    assertThat(v1().seen()).hasSize(1);
  }

  @Test
  default void aResponseThatHasBegunIsNotRetried() {
    ClientAnswer answer =
        app().send(GrpcApp.call(MethodType.SERVER_STREAMING, CATALOG + "/shop.Flaky/Break", ""));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.message()).isEqualTo("broken");
    assertThat(v1().seen()).hasSize(1);
  }

  @Test
  default void anotherEndpointTakesWhatOneRefuses() {
    for (int i = 0; i < 10; i++) {
      ClientAnswer answer =
          app().send(GrpcApp.call(MethodType.UNARY, "http://shaky:8080/shop.Catalog/Echo", "hi"));

      assertThat(answer.text()).as(answer.toString()).isEqualTo("hi");
    }
    assertThat(v1().connections()).isLessThanOrEqualTo(1);
  }

  @Test
  default void arefusedConnectionIsEnvoysAnswer() {
    for (int i = 0; i < 3; i++) {
      ClientAnswer answer =
          app().send(GrpcApp.call(MethodType.UNARY, "http://dead:8080/shop.Catalog/Echo", "hi"));

      assertThat(answer.status()).isEqualTo(UNAVAILABLE);
      assertThat(answer.message())
          .startsWith(
              "upstream connect error or disconnect/reset before headers. reset reason:"
                  + " remote connection failure");
    }
  }

  @Test
  default void aClusterWithoutHostsIsEnvoysAnswer() {
    ClientAnswer answer = unary("/shop.Nowhere/Echo", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.header("content-type")).isEqualTo("application/grpc");
  }

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  default void theRoutesTimeoutIsEnvoysAnswer(ClientCall.Mode mode) {
    ClientAnswer answer =
        app().send(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Slow/Hang", "hi").in(mode));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    // The server hears of the timeout and may be the first to give up.
    assertThat(answer.message()).containsAnyOf("upstream request timeout", "remote reset");
    assertThat(answer.millis()).isBetween(250L, 5000L);
    await().untilAsserted(() -> assertThat(v1().cancelled()).isEqualTo(1));
  }

  @Test
  default void eachTryHasItsTime() {
    ClientAnswer answer = unary("/shop.Patient/Hang", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(v1().seen()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  default void theAppsDeadlineIsItsOwn(ClientCall.Mode mode) {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Hang", "hi")
                    .in(mode)
                    .within(1500));

    assertThat(answer.status()).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    assertThat(v1().seen().get(0).headers()).containsKey("grpc-timeout");
    await().untilAsserted(() -> assertThat(v1().cancelled()).isEqualTo(1));
  }

  @Test
  default void aFaultEndsACallWithItsStatus() {
    ClientAnswer answer = unary("/shop.Broken/Echo", "hi");

    assertThat(answer.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(answer.message()).isEqualTo("fault filter abort");
    assertThat(v1().seen()).isEmpty();
  }
}
