package io.inmesh.engine.match;

import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code QueryParameterMatcher}: parameters are split at {@code &} and the first {@code =},
 * not decoded, and the first value of a repeated name counts.
 *
 * @param value what the value must be; null where only presence counts
 * @param present with no value rule: whether the parameter must be there
 */
public record QueryParameterMatcher(String name, @Nullable StringMatcher value, boolean present) {
  public QueryParameterMatcher {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "QueryParameterMatcher.name: value length must be at least 1");
    }
  }

  /** Whether the raw query matches. */
  public boolean matches(@Nullable String query) {
    int at = query == null ? -1 : find(query, name);
    if (value == null) {
      return (at >= 0) == present;
    }
    return query != null && at >= 0 && value.matches(valueAt(query, at + name.length()));
  }

  /** What is expected, for traces. */
  public String describe() {
    return "query parameter "
        + name
        + " "
        + (value != null ? value.describe() : present ? "present" : "absent");
  }

  private static int find(String query, String name) {
    int start = 0;
    while (start <= query.length()) {
      int end = query.indexOf('&', start);
      if (end < 0) {
        end = query.length();
      }
      int nameEnd = start + name.length();
      if (nameEnd <= end
          && query.startsWith(name, start)
          && (nameEnd == end || query.charAt(nameEnd) == '=')) {
        return start;
      }
      start = end + 1;
    }
    return -1;
  }

  private static String valueAt(String query, int nameEnd) {
    int end = query.indexOf('&', nameEnd);
    if (end < 0) {
      end = query.length();
    }
    return nameEnd >= end ? "" : query.substring(nameEnd + 1, end);
  }
}
