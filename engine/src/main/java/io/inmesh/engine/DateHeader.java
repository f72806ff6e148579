package io.inmesh.engine;

import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The value of the {@code date} header, written once a second. Thread-safe. */
final class DateHeader {
  // Not a formatter of the JDK: the first use of one loads the data of all locales.
  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private final InstantSource wallClock;
  private volatile Written last = new Written(Long.MIN_VALUE, "");

  private record Written(long second, String text) {}

  DateHeader(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  /** By the clock of now. */
  String value() {
    long second = Math.floorDiv(wallClock.millis(), 1000L);
    Written known = last;
    if (known.second != second) {
      known = new Written(second, text(second));
      last = known;
    }
    return known.text;
  }

  private static String text(long second) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(29);
    out.append(DAYS.get(time.getDayOfWeek().ordinal())).append(", ");
    twoDigits(out, time.getDayOfMonth()).append(' ');
    out.append(MONTHS.get(time.getMonth().ordinal())).append(' ').append(time.getYear());
    twoDigits(out.append(' '), time.getHour());
    twoDigits(out.append(':'), time.getMinute());
    twoDigits(out.append(':'), time.getSecond());
    return out.append(" GMT").toString();
  }

  private static StringBuilder twoDigits(StringBuilder out, int number) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
