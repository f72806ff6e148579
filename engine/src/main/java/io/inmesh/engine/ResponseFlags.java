package io.inmesh.engine;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The flags of one request, in the order in which they were set: as Envoy prints them. */
final class ResponseFlags {
  // Most requests never have one.
  private @Nullable Set<ResponseFlag> set;

  void add(ResponseFlag flag) {
    if (set == null) {
      set = new LinkedHashSet<>(4);
    }
    set.add(flag);
  }

  Set<ResponseFlag> copy() {
    return set == null ? Set.of() : copyOf(set);
  }

  String text() {
    return text(set == null ? Set.of() : set);
  }

  /** An immutable copy that keeps the order. */
  static Set<ResponseFlag> copyOf(Set<ResponseFlag> flags) {
    return flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(flags));
  }

  /** As Envoy prints them: joined with a comma, or {@code -}. */
  static String text(Set<ResponseFlag> flags) {
    if (flags.isEmpty()) {
      return "-";
    }
    StringBuilder out = new StringBuilder();
    for (ResponseFlag flag : flags) {
      out.append(out.length() == 0 ? "" : ",").append(flag);
    }
    return out.toString();
  }
}
