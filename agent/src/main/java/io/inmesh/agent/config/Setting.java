package io.inmesh.agent.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One setting and the value in force. What makes no sense is refused with the setting's name. Read
 * before the app's main: no lambda, stream or regular expression, each of which costs start-up time
 * that counts.
 */
record Setting(String name, String value) {
  /** The error that names this setting. */
  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "setting " + name + "=" + value + " is refused: it is " + why);
  }

  /** True for {@code yes}, false for {@code no}, refused otherwise. */
  boolean is(String yes, String no) {
    if (value.equals(yes)) {
      return true;
    }
    if (value.equals(no)) {
      return false;
    }
    throw refused("neither " + yes + " nor " + no);
  }

  /** {@code on} or {@code off}. */
  boolean isOn() {
    return is("on", "off");
  }

  Duration duration() {
    return duration(value);
  }

  /** The duration that follows {@code prefix} in the value. */
  Duration durationAfter(String prefix) {
    return duration(value.substring(prefix.length()));
  }

  private Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw refused("no duration such as 500ms, 2s or 1m");
    }
  }

  /** A number of 0 or more. */
  int count() {
    try {
      int count = Integer.parseInt(value);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw refused("not a number");
    }
    throw refused("negative");
  }

  /** A number of bytes, 0 or more, in units of k or m where one of them follows. */
  long bytes() {
    String text = value.toLowerCase(Locale.ROOT);
    if (text.endsWith("b")) {
      text = text.substring(0, text.length() - 1);
    }
    int shift = text.endsWith("k") ? 10 : text.endsWith("m") ? 20 : 0;
    String digits = shift == 0 ? text : text.substring(0, text.length() - 1);
    try {
      long bytes = Long.parseLong(digits.trim());
      if (bytes >= 0) {
        return Math.multiplyExact(bytes, 1L << shift);
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw refused("no number of bytes such as 65536, 64k or 16m");
    }
    throw refused("negative");
  }

  /** A place to listen; empty for {@code off}. */
  Optional<HostPort> listen() {
    if (value.equals("off")) {
      return Optional.empty();
    }
    try {
      return Optional.of(HostPort.parse(value));
    } catch (IllegalArgumentException e) {
      throw refused("neither HOST:PORT nor off");
    }
  }

  /** What stands between commas. */
  List<String> list() {
    List<String> all = new ArrayList<>();
    for (String each : value.split(",")) {
      String item = each.trim();
      if (!item.isEmpty()) {
        all.add(item);
      }
    }
    return all;
  }
}
