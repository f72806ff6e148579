package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.LabelledHost;
import org.jspecify.annotations.Nullable;

/** The endpoint that the current thread is about to connect a call to. */
final class Attempts {
  private final ThreadLocal<@Nullable Aim> current = new ThreadLocal<>();

  /**
   * Where an attempt goes.
   *
   * @param client the library's client that makes it
   */
  record Aim(LabelledHost target, Object client) {}

  void aim(LabelledHost target, Object client) {
    current.set(new Aim(target, client));
  }

  void release() {
    // Not remove(): the next look would make the entry anew.
    current.set(null);
  }

  @Nullable Aim current() {
    return current.get();
  }
}
