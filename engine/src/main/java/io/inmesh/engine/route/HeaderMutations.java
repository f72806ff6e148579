package io.inmesh.engine.route;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.match.Ascii;
import java.util.ArrayList;
import java.util.List;

/** What one level adds to and removes from headers; removes come first. */
public record HeaderMutations(List<Add> adds, List<String> removes) {
  /** Nothing to do. */
  public static final HeaderMutations NONE = new HeaderMutations(List.of(), List.of());

  /** Envoy's append actions. */
  public enum AppendAction {
    APPEND_IF_EXISTS_OR_ADD,
    ADD_IF_ABSENT,
    OVERWRITE_IF_EXISTS_OR_ADD,
    OVERWRITE_IF_EXISTS
  }

  /**
   * One header to add.
   *
   * @param keepEmptyValue whether an empty value is written and not skipped
   */
  public record Add(String name, HeaderFormat value, AppendAction action, boolean keepEmptyValue) {
    public Add {
      name = modifiable(name);
    }

    /** Parses the value. */
    public static Add of(String name, String value, AppendAction action) {
      return new Add(name, HeaderFormat.parse(value), action, false);
    }
  }

  private record Line(String name, String value) {}

  public HeaderMutations {
    adds = List.copyOf(adds);
    removes = removes.stream().map(HeaderMutations::modifiable).toList();
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return adds.isEmpty() && removes.isEmpty();
  }

  /**
   * Changes headers. Values are formatted against the headers as they are after the removes; then
   * all overwrites happen, then all appends.
   */
  public void apply(HeaderEditor headers, HeaderFormat.Context context) {
    if (isEmpty()) {
      return;
    }
    for (String name : removes) {
      headers.removeHeader(name);
    }
    List<Line> overwrites = new ArrayList<>();
    List<Line> appends = new ArrayList<>();
    for (Add add : adds) {
      String value = add.value().format(context);
      if (value.isEmpty() && !add.keepEmptyValue()) {
        continue;
      }
      Line line = new Line(add.name(), value);
      boolean exists = headers.header(add.name()) != null;
      switch (add.action()) {
        case APPEND_IF_EXISTS_OR_ADD -> appends.add(line);
        case ADD_IF_ABSENT -> {
          if (!exists) {
            appends.add(line);
          }
        }
        case OVERWRITE_IF_EXISTS_OR_ADD -> overwrites.add(line);
        case OVERWRITE_IF_EXISTS -> {
          if (exists) {
            overwrites.add(line);
          }
        }
      }
    }
    for (Line line : overwrites) {
      headers.setHeader(line.name(), line.value());
    }
    for (Line line : appends) {
      headers.addHeader(line.name(), line.value());
    }
  }

  /**
   * A text that can stand in a head, where what ends a line would begin another header.
   *
   * @param field of Envoy's that has it
   */
  static String oneLine(String field, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || c == '\n' || c == '\r') {
        throw new IllegalArgumentException(
            field + ": value does not match regex pattern \"^[^\\u0000\\n\\r]*$\"");
      }
    }
    return text;
  }

  private static String modifiable(String name) {
    String lower = Ascii.lower(oneLine("HeaderValue.key", name));
    if (lower.isEmpty()) {
      throw new IllegalArgumentException("HeaderValue.key: value length must be at least 1");
    }
    if (lower.charAt(0) == ':' || lower.equals("host")) {
      throw new IllegalArgumentException(":-prefixed or host headers may not be modified");
    }
    return lower;
  }
}
