package io.inmesh.cli.scan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions from {@code firstMajor.firstMinor} to the last {@code lastMajor.x}.
 *
 * @param lastMajor inclusive
 */
record VersionRange(int firstMajor, int firstMinor, int lastMajor) {
  /** Whatever the version. */
  static final VersionRange ALL = new VersionRange(0, 0, Integer.MAX_VALUE);

  /** None, not even one that nobody knows. */
  static final VersionRange NONE = new VersionRange(0, 0, -1);

  private static final Pattern MAJOR_MINOR = Pattern.compile("^(\\d{1,6})(?:\\.(\\d{1,6}))?");

  /** True for a version inside, and for one that does not start with a number. */
  boolean holds(String version) {
    Matcher found = MAJOR_MINOR.matcher(version);
    if (!found.find()) {
      return lastMajor >= 0;
    }
    int major = Integer.parseInt(found.group(1));
    String minor = found.group(2);
    boolean notBefore =
        major > firstMajor
            || (major == firstMajor && Integer.parseInt(minor == null ? "0" : minor) >= firstMinor);
    return notBefore && major <= lastMajor;
  }
}
