package io.inmesh.agent.inbound;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells HTTP from other bytes, as Envoy's HTTP inspector does. */
final class HttpInspector {
  private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);

  /** More than any request line that a server takes. */
  private static final int MOST = 8 * 1024;

  private static final int LONGEST_METHOD = 32;

  private HttpInspector() {}

  /**
   * The application protocols of a connection in clear: {@code h2c}, {@code http/1.1}, {@code
   * http/1.0}, or none where it is no HTTP.
   *
   * @return null where more bytes are needed
   */
  static @Nullable List<String> protocols(ByteBuffer received) {
    int length = received.remaining();
    int same = 0;
    while (same < Math.min(length, PREFACE.length)
        && received.get(received.position() + same) == PREFACE[same]) {
      same++;
    }
    if (same == PREFACE.length) {
      return List.of("h2c");
    }
    if (same == length) {
      return null;
    }
    int spaces = 0;
    StringBuilder version = new StringBuilder();
    for (int i = 0; i < Math.min(length, MOST); i++) {
      char c = (char) (received.get(received.position() + i) & 0xff);
      if (c == '\n') {
        String last = version.toString().stripTrailing();
        boolean http = spaces == 2 && last.startsWith("HTTP/1.");
        return http ? List.of(last.equals("HTTP/1.0") ? "http/1.0" : "http/1.1") : List.of();
      }
      if (spaces == 0 && c != ' ' && (i > LONGEST_METHOD || !isTokenCharacter(c))) {
        return List.of();
      }
      if (c == ' ') {
        spaces++;
      } else if (spaces == 2) {
        version.append(c);
      }
    }
    return length >= MOST ? List.of() : null;
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  }
}
