package io.inmesh.agent.config;

import java.math.BigDecimal;
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
    Duration unit =
        switch (trimmed.substring(digits)) {
          case "ms" -> Duration.ofMillis(1);
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> throw notOne(text);
        };
    return fraction
        ? Duration.ofNanos(
            new BigDecimal(number).multiply(BigDecimal.valueOf(unit.toNanos())).longValue())
        : unit.multipliedBy(Long.parseLong(number));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("'" + text + "' is not a duration such as 500ms, 2s or 1m");
  }
}
