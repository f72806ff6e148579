package io.inmesh.cli.demo;

import java.io.PrintWriter;
import java.util.List;

/** A block of lines that is drawn over itself in a terminal, and printed anew elsewhere. */
final class Screen {
  private static final int BAR = 30;
  private static final String CLEAR_TO_END = "\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int columns;
  private int drawn;

  /**
   * A screen.
   *
   * @param columns of the terminal, where lines are cut, because a wrapped line cannot be drawn
   *     over; 0 if there is none
   */
  Screen(PrintWriter out, int columns) {
    this.out = out;
    this.terminal = columns > 0;
    this.columns = columns;
  }

  /** Draws the block. */
  void draw(List<String> lines) {
    if (terminal && drawn > 0) {
      out.print("\u001b[" + drawn + "A");
    }
    for (String line : lines) {
      out.println(terminal ? cut(line) + CLEAR_TO_END : line);
    }
    for (int i = lines.size(); terminal && i < drawn; i++) {
      out.println(CLEAR_TO_END);
    }
    drawn = Math.max(drawn, lines.size());
    out.flush();
  }

  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
  }

  /** A bar for a share. */
  static String bar(int part, int whole) {
    int filled = whole == 0 ? 0 : Math.round((float) BAR * part / whole);
    return "█".repeat(filled) + "░".repeat(BAR - filled);
  }

  /** A share in percent. */
  static String percent(int part, int whole) {
    return whole == 0 ? "  – " : String.format("%3d %%", Math.round(100.0 * part / whole));
  }
}
