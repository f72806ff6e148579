package io.inmesh.instrumentation.api;

/**
 * Versions from {@code from} (inclusive) to {@code before} (exclusive), compared number by number;
 * what follows the numbers ({@code -alpha.1}) is ignored.
 */
public record VersionRange(String from, String before) {
  public VersionRange {
    if (compare(from, before) >= 0) {
      throw new IllegalArgumentException(from + " is not before " + before);
    }
  }

  /** True if {@code version} lies in this range. */
  public boolean contains(String version) {
    return compare(from, version) <= 0 && compare(version, before) < 0;
  }

  private static int compare(String left, String right) {
    int[] a = numbers(left);
    int[] b = numbers(right);
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i]) {
        return Integer.compare(a[i], b[i]);
      }
    }
    return 0;
  }

  private static int[] numbers(String version) {
    int[] numbers = new int[3];
    int part = 0;
    boolean any = false;
    for (int i = 0; i < version.length() && part < 3; i++) {
      char c = version.charAt(i);
      if (c >= '0' && c <= '9') {
        numbers[part] = numbers[part] * 10 + (c - '0');
        any = true;
      } else if (c == '.') {
        part++;
      } else {
        break;
      }
    }
    if (!any) {
      throw new IllegalArgumentException("not a version: " + version);
    }
    return numbers;
  }

  @Override
  public String toString() {
    return "[" + from + ", " + before + ")";
  }
}
