package io.inmesh.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the small JSON texts of an Istio pod's environment; a JSON library would cost start-up
 * time. Objects become maps, arrays lists, numbers and literals their text; null is left out.
 */
public final class JsonReader {
  private static final int DEEPEST = 32;
  private static final Object NULL = new Object();

  private final String source;
  private final String text;
  private int at;
  private int depth;

  private JsonReader(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /**
   * Reads an object.
   *
   * @param source named in the error
   * @throws IllegalArgumentException where the text is none
   */
  public static Map<String, Object> object(String source, String text) {
    JsonReader reader = new JsonReader(source, text);
    Map<String, Object> object = reader.object();
    if (reader.skipSpace()) {
      throw reader.wrong("the end");
    }
    return object;
  }

  /** Reads {@code {"key":"value",…}}; what is no string is refused. */
  static Map<String, String> strings(String source, String text) {
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : object(source, text).entrySet()) {
      if (!(entry.getValue() instanceof String value)) {
        throw new IllegalArgumentException(
            source + " is not a JSON object of strings: see " + entry.getKey());
      }
      strings.put(entry.getKey(), value);
    }
    return strings;
  }

  private Object value() {
    char first = peek();
    if (first == '{') {
      return object();
    }
    if (first == '[') {
      return array();
    }
    return first == '"' ? string() : word();
  }

  private Map<String, Object> object() {
    Map<String, Object> result = new LinkedHashMap<>();
    open('{');
    while (peek() != '}') {
      String key = string();
      expect(':');
      Object value = value();
      if (value != NULL) {
        result.put(key, value);
      }
      separate('}');
    }
    close();
    return result;
  }

  private List<Object> array() {
    List<Object> result = new ArrayList<>();
    open('[');
    while (peek() != ']') {
      Object value = value();
      if (value != NULL) {
        result.add(value);
      }
      separate(']');
    }
    close();
    return result;
  }

  private void open(char bracket) {
    expect(bracket);
    if (++depth > DEEPEST) {
      throw wrong("less depth");
    }
  }

  private void close() {
    at++;
    depth--;
  }

  /** Takes a comma that something follows, or stays before the end. */
  private void separate(char end) {
    if (peek() == end) {
      return;
    }
    expect(',');
    if (peek() == end) {
      throw wrong("a value");
    }
  }

  private Object word() {
    int start = at;
    while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || sign())) {
      at++;
    }
    if (at == start) {
      throw wrong("a value");
    }
    String word = text.substring(start, at);
    return word.equals("null") ? NULL : word;
  }

  private boolean sign() {
    return "+-.".indexOf(text.charAt(at)) >= 0;
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      value.append(c == '\\' ? escaped() : c);
    }
    if (at >= text.length()) {
      throw wrong("'\"'");
    }
    at++;
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
      case 'u' -> hex();
      default -> c;
    };
  }

  private char hex() {
    int value = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("a hex digit");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  private boolean skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length();
  }

  private char peek() {
    if (!skipSpace()) {
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
        source + " is not a JSON object: " + wanted + " expected at character " + at);
  }
}
