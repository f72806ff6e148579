package io.inmesh.engine.http;

/**
 * Tells which headers a head surely has not, by length and first letter of the names that it has:
 * for one that is asked for at each request and next to never sent, cheaper than going through all
 * of them. Not thread-safe.
 */
public final class NameSketch {
  /** Tells small letters from capitals in ASCII. */
  private static final int SMALL = 0x20;

  private long present;

  /** Adds a name. */
  public void add(String name) {
    present |= bit(name);
  }

  /**
   * Adds a name that is no string.
   *
   * @param length in characters, at least 1
   * @param first character, of ASCII
   */
  public void add(int length, int first) {
    present |= bit(length, first);
  }

  /** False only where no such name has been added; upper and lower case are the same. */
  public boolean mayHave(String name) {
    return (present & bit(name)) != 0;
  }

  private static long bit(String name) {
    return name.isEmpty() ? 1 : bit(name.length(), name.charAt(0));
  }

  // The shift takes the distance modulo 64.
  private static long bit(int length, int first) {
    return 1L << (length + 31 * (first | SMALL));
  }
}
