package io.inmesh.engine.match;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URI template: {@code *} is one segment and <code>**</code> any number of characters, at most
 * one such; {@code {name}} and {@code {name=pattern}} are variables. Compiled to a linear-time
 * expression.
 */
public final class CompiledTemplate {
  private final String text;
  private final CompiledRegex regex;
  private final List<String> variables;

  /**
   * @throws IllegalArgumentException where the template is malformed
   */
  public CompiledTemplate(String text) {
    this.text = text;
    Set<String> names = new LinkedHashSet<>();
    regex = new CompiledRegex(TemplateParser.toRegex(text, names));
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
}
