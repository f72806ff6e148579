package io.inmesh.instrumentation.tomcat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/** Reads Tomcat's headers as the engine does. */
final class Headers {
  private Headers() {}

  /** The values of a header joined with a comma, or null where it is absent. */
  static @Nullable String joined(MimeHeaders headers, String name) {
    int at = headers.findHeader(name, 0);
    if (at < 0) {
      return null;
    }
    String found = text(headers.getValue(at));
    for (at = headers.findHeader(name, at + 1); at >= 0; at = headers.findHeader(name, at + 1)) {
      found = found + "," + text(headers.getValue(at));
    }
    return found;
  }

  /** The first line of a header, or null where it is absent. */
  static @Nullable String first(MimeHeaders headers, String name) {
    int at = headers.findHeader(name, 0);
    return at < 0 ? null : text(headers.getValue(at));
  }

  /** The lines of a header that occurs more than once; else null. */
  static @Nullable List<String> lines(MimeHeaders headers, String name) {
    List<String> lines = new ArrayList<>(2);
    for (int at = headers.findHeader(name, 0); at >= 0; at = headers.findHeader(name, at + 1)) {
      lines.add(text(headers.getValue(at)));
    }
    return lines.size() > 1 ? lines : null;
  }

  /** Whether the name of any header starts with this. */
  static boolean anyStartsWith(MimeHeaders headers, String prefix) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.getName(i).startsWithIgnoreCase(prefix, 0)) {
        return true;
      }
    }
    return false;
  }

  /** Which of the names this one is, or null; it is not made a string for that. */
  static @Nullable String nameIn(MessageBytes name, String prefix, List<String> names) {
    if (name.startsWithIgnoreCase(prefix, 0)) {
      for (int i = 0; i < names.size(); i++) {
        if (name.equalsIgnoreCase(names.get(i))) {
          return names.get(i);
        }
      }
    }
    return null;
  }

  /**
   * Sets a value, as bytes where that is safe: Tomcat turns a string into bytes one by one, which
   * for the long values of a mesh is most of what writing a response takes.
   */
  static void set(MessageBytes header, String value) {
    if (isPrintable(value)) {
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      header.setBytes(bytes, 0, bytes.length);
    } else {
      // Tomcat then takes out what would end the line.
      header.setString(value);
    }
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String text(MessageBytes value) {
    String text = value.toString();
    return text == null ? "" : text;
  }
}
