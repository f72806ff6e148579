package io.inmesh.control.plane.model;

/**
 * Where a resource or a field was written.
 *
 * @param file the file as the user named it
 * @param line the line in the file, from 1
 */
public record Source(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
