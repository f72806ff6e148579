package io.inmesh.engine.match;

import java.util.Set;

/** Reads a URI template by Envoy's grammar and writes the expression that it means. */
final class TemplateParser {
  private static final int MAX_VARIABLES = 5;
  // What a segment may hold, as far as Envoy's globs go: the characters that RFC 3986 allows.
  private static final String LITERAL = "a-zA-Z0-9._~%!$&'()*+,;=:@\\-";

  private final String text;
  private final Set<String> names;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private boolean restTaken;

  private TemplateParser(String text, Set<String> names) {
    this.text = text;
    this.names = names;
  }

  /**
   * The expression of a template.
   *
   * @param names gets the names of its variables, in order
   * @throws IllegalArgumentException where the template is malformed
   */
  static String toRegex(String text, Set<String> names) {
    TemplateParser parser = new TemplateParser(text, names);
    parser.template();
    return parser.out.toString();
  }

  private void template() {
    boolean slash = take("/");
    if (!slash) {
      throw malformed();
    }
    out.append('/');
    while (slash && at < text.length()) {
      segment();
      slash = take("/");
      out.append(slash ? "/" : "");
    }
    if (at < text.length()) {
      literal(text.length());
    }
  }

  private void segment() {
    if (text.startsWith("{", at)) {
      variable();
    } else if (!glob()) {
      int end = text.indexOf('/', at);
      literal(end < 0 ? text.length() : end);
    }
  }

  // "**" may stand for several segments, so what is behind it must be told apart by itself.
  private boolean glob() {
    if (!text.startsWith("*", at)) {
      return false;
    }
    if (restTaken) {
      throw malformed();
    }
    restTaken = take("**");
    if (!restTaken) {
      take("*");
    }
    out.append('[').append(LITERAL).append(restTaken ? "/]*" : "]+");
    return true;
  }

  private void variable() {
    int close = text.indexOf('}', at);
    if (close < 0) {
      throw malformed();
    }
    String body = text.substring(at + 1, close);
    int equal = body.indexOf('=');
    String name = equal < 0 ? body : body.substring(0, equal);
    if (!name.matches("[a-zA-Z][a-zA-Z0-9_]{0,15}")
        || !names.add(name)
        || names.size() > MAX_VARIABLES) {
      throw malformed();
    }
    out.append('(').append(content(equal < 0 ? "*" : body.substring(equal + 1))).append(')');
    at = close + 1;
  }

  private String content(String body) {
    TemplateParser inner = new TemplateParser(body, names);
    inner.restTaken = restTaken;
    boolean more = true;
    while (more) {
      if (!inner.glob()) {
        int end = body.indexOf('/', inner.at);
        inner.literal(end < 0 ? body.length() : end);
      }
      more = inner.take("/");
      inner.out.append(more ? "/" : "");
    }
    if (inner.at < body.length()) {
      throw malformed();
    }
    restTaken = inner.restTaken;
    return inner.out.toString();
  }

  private void literal(int end) {
    if (at == end) {
      throw malformed();
    }
    for (; at < end; at++) {
      char c = text.charAt(at);
      // An asterisk within a literal repeats what is before it, as Envoy does not escape it.
      boolean plain =
          c == '*' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "-._~%!$&'()*+,;=:@".indexOf(c) < 0) {
        throw malformed();
      }
      out.append(plain ? "" : "\\").append(c);
    }
  }

  private boolean take(String expected) {
    boolean found = text.startsWith(expected, at);
    at += found ? expected.length() : 0;
    return found;
  }

  private IllegalArgumentException malformed() {
    return new IllegalArgumentException("path_match_policy.path_template " + text + " is invalid");
  }
}
