package io.inmesh.instrumentation.grpc;

import io.grpc.Status;
import java.io.IOException;

/** The end that a call is to have, on its way as an exception. */
final class CallEnd extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Status status;

  CallEnd(Status status) {
    super(status.getDescription(), status.getCause());
    this.status = status;
  }

  Status status() {
    return status;
  }
}
