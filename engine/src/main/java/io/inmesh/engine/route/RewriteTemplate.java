package io.inmesh.engine.route;

import io.inmesh.engine.match.CompiledTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path that a URI template is rewritten to, in which <code>{name}</code> stands for what a
 * variable of the template holds. The rules are Envoy's {@code uri_template_rewriter}'s.
 *
 * @param parts literal text, or the number of a variable
 */
public record RewriteTemplate(String text, List<Object> parts) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern LITERAL = Pattern.compile("[a-zA-Z0-9/_~:.!$&'()+,;=@%-]*");

  public RewriteTemplate {
    parts = List.copyOf(parts);
  }

  /**
   * @throws IllegalArgumentException where it is malformed or names a variable that the template
   *     lacks
   */
  static RewriteTemplate parse(String text, CompiledTemplate matched) {
    if (!text.startsWith("/") || text.contains("//")) {
      throw malformed(text, "is not a path");
    }
    List<Object> parts = new ArrayList<>();
    Matcher variable = VARIABLE.matcher(text);
    int from = 0;
    while (variable.find()) {
      literal(text, text.substring(from, variable.start()), parts);
      int number = matched.variables().indexOf(variable.group(1));
      if (number < 0) {
        throw malformed(text, "names a variable that " + matched.text() + " does not have");
      }
      parts.add(number);
      from = variable.end();
    }
    literal(text, text.substring(from), parts);
    return new RewriteTemplate(text, parts);
  }

  private static void literal(String text, String part, List<Object> parts) {
    if (!LITERAL.matcher(part).matches()) {
      throw malformed(text, "is malformed");
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        "path_rewrite_policy.path_template_rewrite " + text + " " + why);
  }

  String apply(List<String> values) {
    StringBuilder path = new StringBuilder();
    for (Object part : parts) {
      path.append(part instanceof Integer number ? values.get(number) : part);
    }
    return path.toString();
  }
}
