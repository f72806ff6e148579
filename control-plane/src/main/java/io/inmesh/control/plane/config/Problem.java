package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.Source;

/**
 * Something wrong in the configuration.
 *
 * @param field the path of the field inside the resource, empty when the whole is meant
 */
public record Problem(Severity severity, Source source, String resource, String field, String text)
    implements Comparable<Problem> {

  /** An error keeps the last good content of its file in force; a warning changes nothing. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /** One line for a person: where, what, and the field. */
  public String message() {
    StringBuilder out = new StringBuilder().append(source).append(": ");
    if (!resource.isEmpty()) {
      out.append(resource).append(": ");
    }
    if (!field.isEmpty()) {
      out.append(field).append(": ");
    }
    return out.append(text).toString();
  }

  @Override
  public int compareTo(Problem other) {
    int file = source.file().compareTo(other.source.file());
    if (file != 0) {
      return file;
    }
    int line = Integer.compare(source.line(), other.source.line());
    return line != 0 ? line : message().compareTo(other.message());
  }
}
