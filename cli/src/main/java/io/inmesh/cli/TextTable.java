package io.inmesh.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell, two spaces between them. Not thread-safe. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** The first row is the heading. */
  public TextTable(String... heading) {
    rows.add(List.of(heading));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not one cell a column
   */
  public TextTable row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + rows.get(0).size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, each with its end. */
  public String render() {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(width[i] - row.get(i).length() + 2));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
