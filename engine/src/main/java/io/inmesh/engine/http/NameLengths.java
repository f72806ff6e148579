package io.inmesh.engine.http;

/**
 * Tells which headers a head surely has not, by the lengths of the names that it has: for one that
 * is asked for at each request and next to never sent, cheaper than going through all of them. Not
 * thread-safe.
 */
public final class NameLengths {
  private static final int LONG = 63;

  private long present;

  /** Adds a name of so many characters. */
  public void add(int length) {
    present |= bit(length);
  }

  /** False only where no name of this length has been added. */
  public boolean mayHave(String name) {
    return (present & bit(name.length())) != 0;
  }

  private static long bit(int length) {
    return 1L << Math.min(length, LONG);
  }
}
