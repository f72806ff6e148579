package io.inmesh.engine.match;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of RE2 syntax that must match the whole input, as Envoy's do. Patterns whose
 * meaning is a literal, a prefix, a suffix or an infix are recognised when built; for the others a
 * required literal start is compared before the automaton runs.
 */
public final class CompiledRegex {
  // What Istio sets for re2.max_program_size.error_level.
  private static final int MAX_PROGRAM_SIZE = 32_768;
  private static final long FAR_TOO_LARGE = 20L * MAX_PROGRAM_SIZE;
  private static final int SHOWN = 100;
  private static final String META = "\\.+*?()[]{}|^$";

  private enum Shape {
    LITERAL,
    PREFIX,
    SUFFIX,
    CONTAINS,
    ANY,
    AUTOMATON
  }

  private final String text;
  private final Shape shape;
  private final String literal;
  private final Pattern pattern;

  /**
   * @throws IllegalArgumentException where RE2 would refuse the pattern, or Envoy its size
   */
  public CompiledRegex(String text) {
    this.text = text;
    // Memory may not suffice to compile what is far beyond the limit.
    long expected = RegexSize.of(text);
    if (expected > FAR_TOO_LARGE) {
      throw tooLarge(text, expected);
    }
    try {
      pattern = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "invalid regex '" + shown(text) + "': " + e.getDescription(), e);
    }
    if (pattern.programSize() > MAX_PROGRAM_SIZE) {
      throw tooLarge(text, pattern.programSize());
    }
    int start = text.startsWith("^") ? 1 : 0;
    int end = text.length();
    if (end > start && text.charAt(end - 1) == '$' && !escaped(text, end - 1)) {
      end--;
    }
    String body = text.substring(start, end);
    boolean anyStart = body.startsWith(".*");
    boolean anyEnd = endsWithAny(body, anyStart);
    String middle = body.substring(anyStart ? 2 : 0, body.length() - (anyEnd ? 2 : 0));
    StringBuilder prefix = new StringBuilder();
    boolean whole = literalPrefix(middle, prefix);
    if (body.equals(".*")) {
      shape = Shape.ANY;
      literal = "";
    } else if (whole) {
      literal = prefix.toString();
      shape =
          anyStart ? anyEnd ? Shape.CONTAINS : Shape.SUFFIX : anyEnd ? Shape.PREFIX : Shape.LITERAL;
    } else {
      shape = Shape.AUTOMATON;
      literal = anyStart || text.indexOf('|') >= 0 ? "" : prefix.toString();
    }
  }

  /** The pattern as configured. */
  public String text() {
    return text;
  }

  /** Whether the whole input matches. Linear in the input. */
  public boolean matches(String input) {
    switch (shape) {
      case LITERAL:
        return input.equals(literal);
      case PREFIX:
        return input.startsWith(literal) && oneLine(input);
      case SUFFIX:
        return input.endsWith(literal) && oneLine(input);
      case CONTAINS:
        return input.contains(literal) && oneLine(input);
      case ANY:
        return oneLine(input);
      default:
        return input.startsWith(literal) && pattern.matches(input);
    }
  }

  /** What the groups hold where the whole input matches, the first at 0; null where it does not. */
  @Nullable List<String> groups(String input) {
    Matcher matcher = pattern.matcher(input);
    if (!matcher.matches()) {
      return null;
    }
    List<String> groups = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      String group = matcher.group(i);
      groups.add(group == null ? "" : group);
    }
    return groups;
  }

  /**
   * Replaces every match, as RE2's GlobalReplace does; {@code \1} in the substitution is a group.
   */
  public String replaceAll(String input, String substitution) {
    return pattern.matcher(input).replaceAll(javaReplacement(substitution));
  }

  /** Refuses a substitution that names a group which the pattern does not have. */
  public void checkSubstitution(String substitution) {
    for (int i = 0; i < substitution.length(); i++) {
      if (substitution.charAt(i) != '\\') {
        continue;
      }
      char next = i + 1 < substitution.length() ? substitution.charAt(++i) : 0;
      boolean group = next >= '0' && next <= '9' && next - '0' <= pattern.groupCount();
      if (next != '\\' && !group) {
        throw new IllegalArgumentException(
            "invalid rewrite pattern '" + substitution + "' for regex '" + text + "'");
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CompiledRegex r && r.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private static IllegalArgumentException tooLarge(String text, long size) {
    return new IllegalArgumentException(
        ("regex '%s' RE2 program size of %d > max program size of %d set for the error level"
                + " threshold")
            .formatted(shown(text), size, MAX_PROGRAM_SIZE));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  // The dot of RE2 does not match a line feed.
  private static boolean oneLine(String input) {
    return input.indexOf('\n') < 0;
  }

  private static boolean escaped(String text, int at) {
    int slashes = 0;
    while (at - slashes > 0 && text.charAt(at - slashes - 1) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  private static boolean endsWithAny(String body, boolean anyStart) {
    int dot = body.length() - 2;
    return dot >= (anyStart ? 2 : 0) && body.endsWith(".*") && !escaped(body, dot);
  }

  // Appends what every match must start with; true where that is all of the pattern.
  private static boolean literalPrefix(String body, StringBuilder out) {
    int i = 0;
    while (i < body.length()) {
      char c = body.charAt(i);
      int width = 1;
      if (c == '\\') {
        if (i + 1 == body.length() || META.indexOf(body.charAt(i + 1)) < 0) {
          return false;
        }
        c = body.charAt(i + 1);
        width = 2;
      } else if (META.indexOf(c) >= 0 || c > 0x7f) {
        return false;
      }
      int after = i + width;
      if (after < body.length() && "*?{+".indexOf(body.charAt(after)) >= 0) {
        return false;
      }
      out.append(c);
      i = after;
    }
    return true;
  }

  private static String javaReplacement(String substitution) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < substitution.length(); i++) {
      char c = substitution.charAt(i);
      if (c == '$') {
        out.append("\\$");
      } else if (c == '\\' && i + 1 < substitution.length()) {
        char next = substitution.charAt(++i);
        // A group is closed by quoting, so that a digit behind it stays a digit.
        out.append(next == '\\' ? "\\\\" : "$" + next);
        if (next != '\\'
            && i + 1 < substitution.length()
            && Character.isDigit(substitution.charAt(i + 1))) {
          out.append('\\');
        }
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
