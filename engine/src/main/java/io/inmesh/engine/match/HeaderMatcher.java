package io.inmesh.engine.match;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code HeaderMatcher}. Of several lines of one name any may match; they are not joined. A
 * missing header fails every rule but {@code Present}, inverted or not, unless it is to be treated
 * as empty. {@code :path}, {@code :method}, {@code :authority}, {@code :scheme} are ordinary names,
 * {@code host} is {@code :authority}.
 */
public record HeaderMatcher(
    String name, Rule rule, boolean invertMatch, boolean treatMissingAsEmpty) {
  /** How the value is judged. */
  public sealed interface Rule {}

  /** The header is there (or, with false, is not). */
  public record Present(boolean present) implements Rule {}

  /** The value matches. */
  public record Text(StringMatcher matcher) implements Rule {}

  /** The value is a decimal 64-bit integer with {@code start <= value < end}. */
  public record Range(long start, long end) implements Rule {}

  public HeaderMatcher {
    // One instance a name, so that routes that ask for the same header can be told by identity.
    name = Ascii.lower(name).intern();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("HeaderMatcher.name: value length must be at least 1");
    }
    if (name.equals("host")) {
      name = ":authority";
    }
  }

  /** A matcher that is not inverted and fails on a missing header. */
  public static HeaderMatcher of(String name, StringMatcher matcher) {
    return new HeaderMatcher(name, new Text(matcher), false, false);
  }

  /** Whether the head of a request matches. */
  public boolean matches(RequestHead head) {
    return matches(head, valueOf(head, name));
  }

  /** The same for a head whose value of this header is known: what {@link #valueOf} gave. */
  public boolean matches(RequestHead head, @Nullable String value) {
    if (value != null && value.indexOf(',') >= 0 && !(rule instanceof Present)) {
      List<String> lines = head.lines(name);
      if (lines != null) {
        return anyHolds(lines) != invertMatch;
      }
    }
    return matchesValue(value);
  }

  private boolean anyHolds(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (holds(lines.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the headers of a response matches. */
  public boolean matches(ResponseHeadView headers) {
    return matchesValue(headers.header(name));
  }

  /** The value under a name of a matcher, pseudo-headers included. */
  public static @Nullable String valueOf(RequestHead head, String name) {
    if (name.charAt(0) != ':') {
      String value = head.header(name);
      // A sidecar would have set it before routing.
      return value == null && name.equals("x-forwarded-proto") ? head.scheme() : value;
    }
    switch (name) {
      case ":path":
        String query = head.query();
        return query == null ? head.path() : head.path() + '?' + query;
      case ":method":
        return head.method();
      case ":authority":
        return head.authority();
      case ":scheme":
        return head.scheme();
      default:
        return null;
    }
  }

  /** What is expected, for traces. */
  public String describe() {
    String what =
        rule instanceof Text text
            ? text.matcher().describe()
            : rule instanceof Range range
                ? "range [" + range.start() + "," + range.end() + ")"
                : ((Present) rule).present() ? "present" : "absent";
    return "header " + name + (invertMatch ? " not " : " ") + what;
  }

  private boolean matchesValue(@Nullable String found) {
    if (rule instanceof Present present) {
      boolean there = found != null || treatMissingAsEmpty;
      return (there == present.present()) != invertMatch;
    }
    if (found == null && !treatMissingAsEmpty) {
      return false;
    }
    return holds(found == null ? "" : found) != invertMatch;
  }

  private boolean holds(String value) {
    return rule instanceof Text text ? text.matcher().matches(value) : inRange((Range) rule, value);
  }

  private static boolean inRange(Range range, String value) {
    try {
      long number = Long.parseLong(value);
      return range.start() <= number && number < range.end();
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
