package io.inmesh.instrumentation.jsse;

import org.jspecify.annotations.Nullable;

/** Where the JDK makes a host name of what a client has sent. */
final class ServerNameAdvice {
  private static final String ISTIO = "outbound_.";

  ServerNameAdvice() {}

  /** {@code IDN.toASCII(String, int)}: Istio's names are ASCII already; null goes on as ever. */
  @Nullable String toAscii(@Nullable String name, int flags) {
    return name != null && name.startsWith(ISTIO) ? name : null;
  }
}
