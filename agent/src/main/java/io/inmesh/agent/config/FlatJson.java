package io.inmesh.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One JSON object of strings, the form of {@code ISTIO_METAJSON_LABELS}; a JSON library would cost
 * start-up time.
 */
final class FlatJson {
  private final String source;
  private final String text;
  private int at;

  private FlatJson(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /**
   * Reads {@code {"key":"value",…}}.
   *
   * @param source named in the error
   */
  static Map<String, String> parse(String source, String text) {
    return new FlatJson(source, text).object();
  }

  private Map<String, String> object() {
    Map<String, String> result = new LinkedHashMap<>();
    expect('{');
    if (peek() == '}') {
      return result;
    }
    while (true) {
      String key = string();
      expect(':');
      result.put(key, string());
      char next = peek();
      at++;
      if (next == '}') {
        return result;
      }
      if (next != ',') {
        throw wrong("',' or '}'");
      }
    }
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      value.append(c == '\\' ? escaped() : c);
    }
    expect('"');
    return value.toString();
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("an escape");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw wrong("four hex digits");
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private char peek() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  private IllegalArgumentException wrong(String wanted) {
    return new IllegalArgumentException(
        source + " is not a JSON object of strings: " + wanted + " expected at character " + at);
  }
}
