package io.inmesh.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes into a vector file which cases an Envoy agreed with. */
final class Goldens {
  private static final String NAME = "- name: ";
  private static final String GOLDEN = "  golden: " + VectorCase.GOLDEN;

  private Goldens() {}

  /**
   * Marks exactly these cases, each in the line below its name; nothing else of the file changes.
   *
   * @return whether the file is another now
   */
  static boolean write(Path file, Set<String> agreed) throws IOException {
    List<String> before = Files.readAllLines(file);
    List<String> after = new ArrayList<>();
    for (String line : before) {
      if (line.equals(GOLDEN)) {
        continue;
      }
      after.add(line);
      if (line.startsWith(NAME) && agreed.contains(unquoted(line.substring(NAME.length())))) {
        after.add(GOLDEN);
      }
    }
    if (after.equals(before)) {
      return false;
    }
    Files.write(file, after);
    return true;
  }

  private static String unquoted(String name) {
    String text = name.strip();
    boolean quoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
