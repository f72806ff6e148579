package io.inmesh.engine.http;

import java.util.List;
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
   * Removes those of a family that are there. Worth implementing where a header is found by going
   * through all of them: once is enough then.
   *
   * @param lowerCasePrefix what each of the names starts with
   */
  default void removeHeaders(String lowerCasePrefix, List<String> lowerCaseNames) {
    if (mayHavePrefix(lowerCasePrefix)) {
      for (String name : lowerCaseNames) {
        if (firstLine(name) != null) {
          removeHeader(name);
        }
      }
    }
  }

  /**
   * False only where no header starts with this; it spares looking for each of a family. Worth
   * implementing where names are sorted.
   */
  default boolean mayHavePrefix(String lowerCasePrefix) {
    return true;
  }
}
