package io.inmesh.engine;

import org.jspecify.annotations.Nullable;

/** Why an attempt ended without a response, in Envoy's words. */
public enum ResetReason {
  LOCAL_CONNECTION_FAILURE("local connection failure", ResponseFlag.UF),
  REMOTE_CONNECTION_FAILURE("remote connection failure", ResponseFlag.UF),
  CONNECTION_TIMEOUT("connection timeout", ResponseFlag.UF),
  CONNECTION_TERMINATION("connection termination", ResponseFlag.UC),
  LOCAL_RESET("local reset", ResponseFlag.LR),
  LOCAL_REFUSED_STREAM_RESET("local refused stream reset", ResponseFlag.LR),
  OVERFLOW("overflow", ResponseFlag.UO),
  REMOTE_RESET("remote reset", ResponseFlag.UR),
  REMOTE_REFUSED_STREAM_RESET("remote refused stream reset", ResponseFlag.UR),
  PROTOCOL_ERROR("protocol error", ResponseFlag.UPE);

  private final String words;
  private final ResponseFlag flag;

  ResetReason(String words, ResponseFlag flag) {
    this.words = words;
    this.flag = flag;
  }

  /** As in bodies: {@code remote connection failure}. */
  public String words() {
    return words;
  }

  /**
   * As in details, with what the transport said: {@code remote_connection_failure|refused}. Like
   * Envoy it tells that only where no connection came to be.
   */
  public String detail(@Nullable String transportFailure) {
    String text = tells(transportFailure) ? words + "|" + transportFailure : words;
    return text.replace(' ', '_');
  }

  /** The body of the answer to an attempt that ended so. */
  String body(@Nullable String transportFailure, boolean retried) {
    return "upstream connect error or disconnect/reset before headers. "
        + (retried ? "retried and the latest reset reason: " : "reset reason: ")
        + words
        + (tells(transportFailure) ? ", transport failure reason: " + transportFailure : "");
  }

  private boolean tells(@Nullable String transportFailure) {
    return transportFailure != null && isConnectFailure();
  }

  public ResponseFlag flag() {
    return flag;
  }

  /** Whether no connection came to be. */
  public boolean isConnectFailure() {
    return this == LOCAL_CONNECTION_FAILURE
        || this == REMOTE_CONNECTION_FAILURE
        || this == CONNECTION_TIMEOUT;
  }
}
