package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code Call.cancel()}: wakes a call that waits in the mesh, for a fault or before a retry. */
final class CallAdvice {
  private final Calls calls;

  CallAdvice(Calls calls) {
    this.calls = calls;
  }

  @Nullable Object cancel(Object call) {
    HopDriver driver = calls.driver(call);
    if (driver != null) {
      driver.cancelled(new IOException("Canceled"));
    }
    return null;
  }
}
