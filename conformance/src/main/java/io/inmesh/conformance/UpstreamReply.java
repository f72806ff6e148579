package io.inmesh.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the scripted upstream does with one attempt.
 *
 * @param informational an interim response that it sends first, 0 for none
 * @param delayMillis before it does
 * @param end what it does in place of, or after, a response
 */
record UpstreamReply(
    int informational,
    int status,
    Map<String, String> headers,
    String body,
    long delayMillis,
    End end) {
  /** How the exchange goes. */
  enum End {
    /** A complete response. */
    RESPONSE,
    /** The connection is closed without a byte. */
    CLOSE,
    /** The head and a part of the body, then the connection is closed. */
    CUT,
    /** Nothing ever comes. */
    HANG
  }

  /** 200 at once. */
  static final UpstreamReply OK = new UpstreamReply(0, 200, Map.of(), "", 0, End.RESPONSE);

  UpstreamReply {
    headers = Map.copyOf(headers);
  }

  /** Reads a status, {@code close}, {@code hang}, or a map. */
  static UpstreamReply parse(String where, Object value) {
    if (value instanceof Number status) {
      return new UpstreamReply(0, status.intValue(), Map.of(), "", 0, End.RESPONSE);
    }
    if (value.equals("close")) {
      return new UpstreamReply(0, 0, Map.of(), "", 0, End.CLOSE);
    }
    if (value.equals("hang")) {
      return new UpstreamReply(0, 0, Map.of(), "", 0, End.HANG);
    }
    Fields fields = Fields.of(where, value);
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> header : fields.map("headers").entrySet()) {
      headers.put(header.getKey(), String.valueOf(header.getValue()));
    }
    UpstreamReply reply =
        new UpstreamReply(
            (int) fields.number("informational", 0),
            (int) fields.number("status", 200),
            headers,
            fields.text("body", ""),
            fields.number("delay", 0),
            End.valueOf(fields.text("end", "response").toUpperCase(java.util.Locale.ROOT)));
    fields.end();
    return reply;
  }
}
