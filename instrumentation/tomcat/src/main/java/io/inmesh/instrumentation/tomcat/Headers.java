package io.inmesh.instrumentation.tomcat;

import io.inmesh.engine.http.NameSketch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/** Tomcat's headers as the engine reads and edits them. Used by one thread at a time. */
final class Headers {
  private final MimeHeaders headers;
  private final NameSketch names = new NameSketch();

  Headers(MimeHeaders headers) {
    this.headers = headers;
    for (int i = 0; i < headers.size(); i++) {
      addName(headers.getName(i));
    }
  }

  private void addName(MessageBytes name) {
    ByteChunk bytes = name.getByteChunk();
    if (name.getType() == MessageBytes.T_BYTES && bytes.getLength() > 0) {
      names.add(bytes.getLength(), bytes.getBuffer()[bytes.getStart()]);
    } else {
      names.add(text(name));
    }
  }

  /** The values of a header joined with a comma, or null where it is absent. */
  @Nullable String joined(String name) {
    int at = find(name, 0);
    if (at < 0) {
      return null;
    }
    String found = text(headers.getValue(at));
    for (at = find(name, at + 1); at >= 0; at = find(name, at + 1)) {
      found = found + "," + text(headers.getValue(at));
    }
    return found;
  }

  /** The first line of a header, or null where it is absent. */
  @Nullable String first(String name) {
    int at = find(name, 0);
    return at < 0 ? null : text(headers.getValue(at));
  }

  /** The lines of a header that occurs more than once; else null. */
  @Nullable List<String> lines(String name) {
    List<String> lines = new ArrayList<>(2);
    for (int at = find(name, 0); at >= 0; at = find(name, at + 1)) {
      lines.add(text(headers.getValue(at)));
    }
    return lines.size() > 1 ? lines : null;
  }

  private int find(String name, int from) {
    return names.mayHave(name) ? headers.findHeader(name, from) : -1;
  }

  /** Whether the name of any header starts with this. */
  boolean anyStartsWith(String prefix) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.getName(i).startsWithIgnoreCase(prefix, 0)) {
        return true;
      }
    }
    return false;
  }

  /** The value of what becomes the only line of this name, still empty. */
  MessageBytes only(String name) {
    return names.mayHave(name) ? headers.setValue(name) : add(name);
  }

  /** The value of a further line, still empty. */
  MessageBytes add(String name) {
    names.add(name);
    return headers.addValue(name);
  }

  void remove(String name) {
    if (names.mayHave(name)) {
      headers.removeHeader(name);
    }
  }

  /** Removes every line whose name is one of these. */
  void removeAll(String prefix, List<String> unwanted) {
    int at = 0;
    while (at < headers.size()) {
      if (isOneOf(headers.getName(at), prefix, unwanted)) {
        // Another one takes its place.
        headers.removeHeader(at);
      } else {
        at++;
      }
    }
  }

  private static boolean isOneOf(MessageBytes name, String prefix, List<String> names) {
    if (name.startsWithIgnoreCase(prefix, 0)) {
      int length = name.getLength();
      for (int i = 0; i < names.size(); i++) {
        String other = names.get(i);
        if (other.length() == length && name.equalsIgnoreCase(other)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Sets a value, as bytes where that is safe: Tomcat turns a string into bytes one by one, which
   * for the long values of a mesh is most of what writing a response takes.
   */
  static void set(MessageBytes header, String value) {
    byte[] bytes = new byte[value.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        // Tomcat then takes out what would end the line.
        header.setString(value);
        return;
      }
      bytes[i] = (byte) c;
    }
    header.setBytes(bytes, 0, bytes.length);
  }

  /**
   * As Tomcat itself says it, which sets up a decoder for each; what has come from the peer is in
   * Latin-1 unless a charset was set.
   */
  static String text(MessageBytes value) {
    if (value.getType() == MessageBytes.T_BYTES) {
      ByteChunk bytes = value.getByteChunk();
      if (bytes.getCharset().equals(StandardCharsets.ISO_8859_1)) {
        return new String(
            bytes.getBuffer(), bytes.getStart(), bytes.getLength(), StandardCharsets.ISO_8859_1);
      }
    }
    String text = value.toString();
    return text == null ? "" : text;
  }
}
