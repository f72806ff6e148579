package io.inmesh.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON. Values are null, String, Number, Boolean, List and Map with String keys. */
public final class Json {
  private Json() {}

  /** The value in two-space indentation, with a line end. */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value, "\n");
    return out.append('\n').toString();
  }

  private static void append(StringBuilder out, @Nullable Object value, String lineStart) {
    if (value instanceof Map<?, ?> map) {
      block(out, '{', '}', map.entrySet().iterator(), lineStart);
    } else if (value instanceof List<?> list) {
      block(out, '[', ']', list.iterator(), lineStart);
    } else if (value instanceof Map.Entry<?, ?> entry) {
      quoted(out, String.valueOf(entry.getKey()));
      append(out.append(": "), entry.getValue(), lineStart);
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      quoted(out, value.toString());
    }
  }

  private static void block(
      StringBuilder out, char open, char close, Iterator<?> items, String lineStart) {
    out.append(open);
    boolean some = items.hasNext();
    String inner = lineStart + "  ";
    while (items.hasNext()) {
      append(out.append(inner), items.next(), inner);
      out.append(items.hasNext() ? "," : "");
    }
    out.append(some ? lineStart : "").append(close);
  }

  private static void quoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
