package io.inmesh.cli.scan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions from {@code from} (inclusive) to {@code before} (exclusive), compared as the agent does:
 * number by number, and what follows the numbers ({@code -RC2}) is ignored. Not the agent's own
 * class: that would have the commands carry and build the engine.
 */
record VersionRange(String from, String before) {
  private static final int NUMBERS = 3;
  private static final Pattern NUMBER = Pattern.compile("\\G\\.?(\\d{1,9})");

  /** True for a version inside, and for one that does not start with a number. */
  boolean holds(String version) {
    return version.isEmpty()
        || !Character.isDigit(version.charAt(0))
        || (compare(from, version) <= 0 && compare(version, before) < 0);
  }

  private static int compare(String left, String right) {
    Matcher a = NUMBER.matcher(left);
    Matcher b = NUMBER.matcher(right);
    for (int i = 0; i < NUMBERS; i++) {
      int difference = Integer.compare(next(a), next(b));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static int next(Matcher numbers) {
    return numbers.find() ? Integer.parseInt(numbers.group(1)) : 0;
  }
}
