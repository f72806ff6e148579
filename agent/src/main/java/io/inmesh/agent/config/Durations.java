package io.inmesh.agent.config;

import java.time.Duration;

/** Durations as people write them in settings. */
final class Durations {
  private static final int MAX_DIGITS = 12;

  private Durations() {}

  /** Reads {@code 500ms}, {@code 2s}, {@code 1.5m}, {@code 1h}. */
  static Duration parse(String text) {
    String trimmed = text.trim();
    int digits = 0;
    boolean fraction = false;
    while (digits < trimmed.length()
        && (isDigit(trimmed.charAt(digits)) || (trimmed.charAt(digits) == '.' && !fraction))) {
      fraction |= trimmed.charAt(digits) == '.';
      digits++;
    }
    String number = trimmed.substring(0, digits);
    if (number.isEmpty()
        || number.length() > MAX_DIGITS
        || !isDigit(number.charAt(0))
        || !isDigit(number.charAt(digits - 1))) {
      throw notOne(text);
    }
    long unitNanos =
        switch (trimmed.substring(digits)) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw notOne(text);
        };
    try {
      return Duration.ofNanos(nanos(number, unitNanos));
    } catch (ArithmeticException tooLong) {
      throw notOne(text);
    }
  }

  // No BigDecimal, nor a Duration times something, which is one: making that class ready costs
  // JDK 25 over 20 ms, and this runs before main.
  private static long nanos(String number, long unitNanos) {
    int point = number.indexOf('.');
    if (point < 0) {
      return Math.multiplyExact(Long.parseLong(number), unitNanos);
    }
    long nanos = Math.multiplyExact(Long.parseLong(number.substring(0, point)), unitNanos);
    long part = unitNanos;
    for (int i = point + 1; i < number.length(); i++) {
      part /= 10;
      nanos = Math.addExact(nanos, (number.charAt(i) - '0') * part);
    }
    return nanos;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("'" + text + "' is not a duration such as 500ms, 2s or 1m");
  }
}
