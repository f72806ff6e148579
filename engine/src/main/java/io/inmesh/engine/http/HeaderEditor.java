package io.inmesh.engine.http;

import org.jspecify.annotations.Nullable;

/** Edits headers in place; names are given in lower case and compared without regard to case. */
public interface HeaderEditor {
  /** The values of a header joined with a comma, or null where it is absent. */
  @Nullable String header(String lowerCaseName);

  /** The first line of a header, or null where it is absent. */
  default @Nullable String firstLine(String lowerCaseName) {
    return header(lowerCaseName);
  }

  /** Replaces every value of the header by this one. */
  void setHeader(String lowerCaseName, String value);

  /** Adds a further header line. */
  void addHeader(String lowerCaseName, String value);

  /** Removes every value; no error where the header is absent. */
  void removeHeader(String lowerCaseName);

  /**
   * False only where no header starts with this; it spares looking for each of a family. Worth
   * implementing where names are sorted.
   */
  default boolean mayHavePrefix(String lowerCasePrefix) {
    return true;
  }
}
