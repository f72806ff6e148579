package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.cluster.Host;
import org.jspecify.annotations.Nullable;

/** The endpoint that the current thread is about to connect a call to. */
final class Attempts {
  private final ThreadLocal<@Nullable Host> current = new ThreadLocal<>();

  void aim(Host host) {
    current.set(host);
  }

  void release() {
    current.remove();
  }

  @Nullable Host current() {
    return current.get();
  }
}
