package io.inmesh.instrumentation.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.inmesh.engine.ResetReason;
import org.jspecify.annotations.Nullable;

/** Tells what ended an attempt: the library has one status for whatever goes wrong. */
final class Resets {
  private static final String HTTP_STATUS = "HTTP status code ";

  private Resets() {}

  /** No connection came to be. */
  static Status unreachable(Status why) {
    Throwable cause = why.getCause();
    String said = cause == null ? null : cause.getMessage();
    return Status.UNAVAILABLE
        .withDescription(why.getDescription())
        .withCause(
            new Reset(
                ResetReason.REMOTE_CONNECTION_FAILURE,
                said == null ? String.valueOf(why.getDescription()) : said));
  }

  /** The server, or its connection, would not take the request. */
  static Status refused() {
    return Status.UNAVAILABLE
        .withDescription("the server has refused the stream")
        .withCause(
            new Reset(
                ResetReason.REMOTE_REFUSED_STREAM_RESET, "the server has refused the stream"));
  }

  /**
   * What ended a call for which the server has sent no status: a {@link Reset}, or the library's
   * own exception where it is not the server's doing.
   */
  static Throwable of(Status status, Metadata trailers) {
    if (status.getCause() instanceof Reset ours) {
      return ours;
    }
    ResetReason reason = reason(status);
    if (reason == null) {
      return new StatusException(status, trailers);
    }
    Throwable cause = status.getCause();
    String said = cause == null ? null : cause.getMessage();
    return new Reset(reason, said == null ? String.valueOf(status.getDescription()) : said);
  }

  /** The status of a response that was no gRPC, as a proxy or a plain server gives it, or 0. */
  static int httpStatus(Status status) {
    String text = status.getDescription();
    int from = HTTP_STATUS.length();
    if (text == null || !text.startsWith(HTTP_STATUS) || text.length() < from + 3) {
      return 0;
    }
    try {
      return Integer.parseInt(text.substring(from, from + 3));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static @Nullable ResetReason reason(Status status) {
    String text = String.valueOf(status.getDescription());
    if (text.startsWith("Channel shutdown")) {
      // The app has ended its channel.
      return null;
    }
    if (text.contains("HTTP/2 error code: REFUSED_STREAM")
        || text.contains("GOAWAY closed unsent stream")
        || text.contains("GOAWAY closed buffered stream")) {
      return ResetReason.REMOTE_REFUSED_STREAM_RESET;
    }
    if (text.contains("RST_STREAM")) {
      return ResetReason.REMOTE_RESET;
    }
    if (status.getCode() == Status.Code.INTERNAL
        && (text.contains("http2 exception") || text.contains("PROTOCOL_ERROR"))) {
      return ResetReason.PROTOCOL_ERROR;
    }
    return status.getCode() == Status.Code.UNAVAILABLE ? ResetReason.CONNECTION_TERMINATION : null;
  }
}
