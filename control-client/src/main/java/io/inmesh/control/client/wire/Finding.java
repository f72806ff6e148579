package io.inmesh.control.client.wire;

import java.util.Objects;

/**
 * Something that a resource sets and that the agent does not simply do.
 *
 * @param path where it stands, for example {@code
 *     virtual_hosts[1].routes[0].match.dynamic_metadata}
 * @param detail what was met where the path does not say it: an enum value, a type, "unknown
 *     field"; may be empty
 * @param fieldClass what the agent does with it
 */
public record Finding(String path, String detail, FieldClass fieldClass) {
  public Finding {
    Objects.requireNonNull(path);
    Objects.requireNonNull(detail);
    Objects.requireNonNull(fieldClass);
  }

  /**
   * The path without list positions and map keys, so that the same thing in other places has the
   * same text.
   */
  public String shape() {
    StringBuilder out = new StringBuilder(path.length());
    int depth = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '[') {
        depth++;
      } else if (c == ']') {
        depth--;
      } else if (depth == 0) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Whether what surrounds this must answer an error. */
  public boolean refuses() {
    return fieldClass.effect() == FieldClass.Effect.REFUSES;
  }

  @Override
  public String toString() {
    return path + (detail.isEmpty() ? "" : " (" + detail + ")") + ": " + fieldClass.reason();
  }
}
