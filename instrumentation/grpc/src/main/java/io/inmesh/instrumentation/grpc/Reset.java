package io.inmesh.instrumentation.grpc;

import io.inmesh.engine.ResetReason;
import java.io.IOException;

/** An attempt that ended without a response, and why. */
final class Reset extends IOException {
  private static final long serialVersionUID = 1;

  private final ResetReason reason;

  /**
   * @param said what the transport said
   */
  Reset(ResetReason reason, String said) {
    super(said);
    this.reason = reason;
  }

  ResetReason reason() {
    return reason;
  }

  /** It goes into Envoy's answers as it is. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return String.valueOf(getMessage());
  }
}
