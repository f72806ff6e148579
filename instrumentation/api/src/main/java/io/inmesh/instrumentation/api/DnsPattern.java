package io.inmesh.instrumentation.api;

import java.util.Locale;

/**
 * A DNS name as a certificate bears it, by Envoy's rules: case is ignored, and one star within the
 * first label, if that is no A-label, stands for any part of one label.
 *
 * @param text in lower case
 */
record DnsPattern(String text) {
  DnsPattern {
    text = text.toLowerCase(Locale.ROOT);
  }

  /** Whether the certificate is one for this name. */
  boolean covers(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.equals(text)) {
      return true;
    }
    int dot = text.indexOf('.');
    int wantedDot = wanted.indexOf('.');
    return dot > 0
        && wantedDot > 0
        && wanted.substring(wantedDot).equals(text.substring(dot))
        && text.indexOf('*', dot) < 0
        && !text.startsWith("xn--")
        && coversLabel(text.substring(0, dot), wanted.substring(0, wantedDot));
  }

  private static boolean coversLabel(String pattern, String label) {
    int star = pattern.indexOf('*');
    return star >= 0
        && star == pattern.lastIndexOf('*')
        && label.length() >= pattern.length() - 1
        && label.startsWith(pattern.substring(0, star))
        && label.endsWith(pattern.substring(star + 1));
  }
}
