package io.inmesh.agent.admin;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes plain maps, lists, strings, numbers and booleans as JSON, indented. */
public final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /**
   * The JSON of a value.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public static String write(@Nullable Object value) {
    Json json = new Json();
    json.value(value, 0);
    return json.out.append('\n').toString();
  }

  private void value(@Nullable Object value, int depth) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof CharSequence || value instanceof Enum<?>) {
      string(value.toString());
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof Iterable<?> list) {
      array(list, depth);
    } else {
      throw new IllegalArgumentException("no JSON form for " + value.getClass().getName());
    }
  }

  private void object(Map<?, ?> map, int depth) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      separator = ',';
      line(depth + 1);
      string(String.valueOf(entry.getKey()));
      out.append(": ");
      value(entry.getValue(), depth + 1);
    }
    line(depth);
    out.append('}');
  }

  private void array(Iterable<?> list, int depth) {
    Iterator<?> elements = list.iterator();
    if (!elements.hasNext()) {
      out.append("[]");
      return;
    }
    char separator = '[';
    while (elements.hasNext()) {
      out.append(separator);
      separator = ',';
      line(depth + 1);
      value(elements.next(), depth + 1);
    }
    line(depth);
    out.append(']');
  }

  private void line(int depth) {
    out.append('\n').append(" ".repeat(depth));
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
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
