package io.inmesh.engine.match;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URI template: {@code *} and <code>**</code>, bare or as {@code {name}}, {@code {name=pattern}}.
 * Compiled to a linear-time expression.
 */
public final class CompiledTemplate {
  private static final int MAX_VARIABLES = 5;
  private final String text;
  private final CompiledRegex regex;
  private final List<String> variables;

  /**
   * @throws IllegalArgumentException where the template is malformed
   */
  public CompiledTemplate(String text) {
    this.text = text;
    Set<String> names = new LinkedHashSet<>();
    regex = new CompiledRegex(toRegex(text, names));
    variables = List.copyOf(names);
  }

  /** The template as configured. */
  public String text() {
    return text;
  }

  /** The names of its variables, in order. */
  public List<String> variables() {
    return variables;
  }

  /** Whether the path matches. */
  public boolean matches(String path) {
    return regex.matches(path);
  }

  /** What the variables hold, in their order; null where the path does not match. */
  public @Nullable List<String> values(String path) {
    return regex.groups(path);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CompiledTemplate t && t.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private static String toRegex(String text, Set<String> names) {
    if (!text.startsWith("/")) {
      throw malformed(text);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '*') {
        i += star(text, i, out);
      } else if (c == '{') {
        int close = text.indexOf('}', i);
        if (close < 0) {
          throw malformed(text);
        }
        variable(text, text.substring(i + 1, close), names, out);
        i = close + 1;
      } else {
        literal(text, c, out);
        i++;
      }
    }
    return out.toString();
  }

  private static void variable(String text, String body, Set<String> names, StringBuilder out) {
    int equal = body.indexOf('=');
    String name = equal < 0 ? body : body.substring(0, equal);
    String pattern = equal < 0 ? "*" : body.substring(equal + 1);
    boolean bare = name.equals("*") || name.equals("**");
    if (bare && equal < 0) {
      star(name, 0, out);
      return;
    }
    if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,15}")
        || pattern.isEmpty()
        || !names.add(name)
        || names.size() > MAX_VARIABLES) {
      throw malformed(text);
    }
    out.append('(');
    for (int i = 0; i < pattern.length(); ) {
      if (pattern.charAt(i) == '*') {
        i += star(pattern, i, out);
      } else {
        literal(text, pattern.charAt(i++), out);
      }
    }
    out.append(')');
  }

  private static int star(String text, int at, StringBuilder out) {
    boolean many = text.startsWith("**", at);
    out.append(many ? "[^?#]*" : "[^/]+");
    return many ? 2 : 1;
  }

  private static void literal(String text, char c, StringBuilder out) {
    boolean plain = c == '/' || Character.isLetterOrDigit(c);
    if (!plain && "-._~%!$&'()+,;:@=".indexOf(c) < 0) {
      throw malformed(text);
    }
    out.append(plain ? "" : "\\").append(c);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("path_match_policy.path_template " + text + " is invalid");
  }
}
