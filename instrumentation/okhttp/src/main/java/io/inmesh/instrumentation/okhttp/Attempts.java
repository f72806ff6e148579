package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.cluster.Host;
import org.jspecify.annotations.Nullable;

/** The endpoint that the current thread is about to connect a call to. */
final class Attempts {
  private final ThreadLocal<@Nullable Aim> current = new ThreadLocal<>();

  /**
   * Where an attempt goes.
   *
   * @param client the library's client that makes it
   */
  record Aim(Host host, Object client) {}

  void aim(Host host, Object client) {
    current.set(new Aim(host, client));
  }

  void release() {
    // Not remove(): the next look would make the entry anew.
    current.set(null);
  }

  @Nullable Aim current() {
    return current.get();
  }
}
