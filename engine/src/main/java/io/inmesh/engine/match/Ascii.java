package io.inmesh.engine.match;

/** Comparison without regard to ASCII case, as Envoy compares; no allocation. */
public final class Ascii {
  private Ascii() {}

  /** The ASCII lower case of one character. */
  public static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
  }

  /** The ASCII lower case of a text; the same instance where nothing changes. */
  public static String lower(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (lower(text.charAt(i)) != text.charAt(i)) {
        char[] chars = text.toCharArray();
        for (int k = i; k < chars.length; k++) {
          chars[k] = lower(chars[k]);
        }
        return new String(chars);
      }
    }
    return text;
  }

  /** Whether {@code text} holds {@code part} at {@code at}. */
  public static boolean regionMatches(String text, int at, String part) {
    if (at < 0 || at + part.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < part.length(); i++) {
      if (lower(text.charAt(at + i)) != lower(part.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code text} contains {@code part}. */
  public static boolean contains(String text, String part) {
    for (int at = 0; at + part.length() <= text.length(); at++) {
      if (regionMatches(text, at, part)) {
        return true;
      }
    }
    return false;
  }

  /** Equality without regard to ASCII case. */
  public static boolean equals(String a, String b) {
    return a.length() == b.length() && regionMatches(a, 0, b);
  }
}
