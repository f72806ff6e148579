package io.inmesh.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.inmesh.engine.ResetReason;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResetsTest {
  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, io exception, CONNECTION_TERMINATION",
    "UNAVAILABLE, Network closed for unknown reason, CONNECTION_TERMINATION",
    "UNAVAILABLE, RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM,"
        + " REMOTE_REFUSED_STREAM_RESET",
    "UNAVAILABLE, Abrupt GOAWAY closed unsent stream. HTTP/2 error code: NO_ERROR,"
        + " REMOTE_REFUSED_STREAM_RESET",
    "UNAVAILABLE, Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR,"
        + " CONNECTION_TERMINATION",
    "CANCELLED, RST_STREAM closed stream. HTTP/2 error code: CANCEL, REMOTE_RESET",
    "INTERNAL, http2 exception, PROTOCOL_ERROR"
  })
  void tellsWhatEndedAnAttempt(Status.Code code, String said, ResetReason reason) {
    Throwable reset = Resets.of(code.toStatus().withDescription(said), new Metadata());

    assertThat(reset).isInstanceOf(Reset.class).hasToString(said);
    assertThat(((Reset) reset).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Channel shutdown invoked",
    "CANCELLED, Failed to stream message",
    "RESOURCE_EXHAUSTED, message too large",
    "UNAUTHENTICATED, Credentials failed to obtain metadata"
  })
  void theRestIsTheLibrarysOwn(Status.Code code, String said) {
    assertThat(Resets.of(code.toStatus().withDescription(said), new Metadata()))
        .isInstanceOf(StatusException.class);
  }

  @Test
  void aFailedConnectionSaysWhy() {
    Status why =
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new ConnectException("Connection refused: /127.0.0.1:1"));

    Throwable reset = Resets.of(Resets.unreachable(why), new Metadata());

    assertThat(reset).hasToString("Connection refused: /127.0.0.1:1");
    assertThat(((Reset) reset).reason()).isEqualTo(ResetReason.REMOTE_CONNECTION_FAILURE);
  }

  @Test
  void knowsTheStatusOfAResponseThatWasNoGrpc() {
    assertThat(Resets.httpStatus(Status.UNAVAILABLE.withDescription("HTTP status code 503\nx")))
        .isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP status code", "HTTP status code 50", "HTTP status code abc", "x"})
  void otherTextsHaveNoStatus(String text) {
    assertThat(Resets.httpStatus(Status.UNKNOWN.withDescription(text))).isZero();
  }
}
