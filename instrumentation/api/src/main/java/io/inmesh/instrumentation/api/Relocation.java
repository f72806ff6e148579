package io.inmesh.instrumentation.api;

/**
 * How the names of one copy of a library differ from the original's, because another library
 * carries it shaded. Names are internal ones, {@code io/netty/channel/Channel}.
 */
public final class Relocation {
  /** The original. */
  public static final Relocation NONE = new Relocation("");

  private final String text;

  /** What an original name begins with and what stands there instead, by turns. */
  private final String[] prefixes;

  private Relocation(String text) {
    this.text = text;
    this.prefixes = text.isEmpty() ? new String[0] : text.split("=");
  }

  /**
   * A copy.
   *
   * @param prefixes what an original name begins with and what stands there instead, by turns, each
   *     with a slash at the end; the first that fits counts
   */
  public static Relocation of(String... prefixes) {
    if (prefixes.length == 0 || prefixes.length % 2 != 0) {
      throw new IllegalArgumentException("each prefix needs another to stand instead");
    }
    for (String prefix : prefixes) {
      if (!prefix.endsWith("/")) {
        throw new IllegalArgumentException("a prefix ends with a slash: " + prefix);
      }
    }
    return new Relocation(String.join("=", prefixes));
  }

  /** The copy that {@link #toString} describes. */
  public static Relocation parse(String text) {
    return text.isEmpty() ? NONE : new Relocation(text);
  }

  /** True for the original. */
  public boolean isNone() {
    return prefixes.length == 0;
  }

  /** The first package of this copy, for people; empty for the original. */
  public String home() {
    return isNone() ? "" : prefixes[1].substring(0, prefixes[1].length() - 1).replace('/', '.');
  }

  /** What this copy calls the class that the original calls so. */
  public String type(String original) {
    for (int i = 0; i < prefixes.length; i += 2) {
      if (original.startsWith(prefixes[i])) {
        return prefixes[i + 1] + original.substring(prefixes[i].length());
      }
    }
    return original;
  }

  /** The descriptor of a method or field, or its start, with the names of this copy. */
  public String descriptor(String original) {
    if (isNone()) {
      return original;
    }
    StringBuilder mapped = new StringBuilder();
    int at = 0;
    while (at < original.length()) {
      char c = original.charAt(at++);
      mapped.append(c);
      if (c == 'L') {
        int end = original.indexOf(';', at);
        end = end < 0 ? original.length() : end;
        mapped.append(type(original.substring(at, end)));
        at = end;
      }
    }
    return mapped.toString();
  }

  /** Tells copies apart; empty for the original. */
  @Override
  public String toString() {
    return text;
  }
}
