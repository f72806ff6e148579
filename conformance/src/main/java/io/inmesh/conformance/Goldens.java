package io.inmesh.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes into a vector file which cases an Envoy agreed with. */
final class Goldens {
  private static final String FIELD = "golden: " + VectorCase.GOLDEN;
  private static final String LINE = "  " + FIELD;
  private static final String IN_BRACES = ", " + FIELD + "}";
  private static final Pattern NAME =
      Pattern.compile("- (?:name: (.+)|\\{name: (\"[^\"]*\"|'[^']*'|[^,}]*).*)");

  private Goldens() {}

  /**
   * Marks exactly these cases: in the line below the name, or at the end of a case that is one line
   * in braces. Nothing else of the file changes.
   *
   * @return whether the file is another now
   * @throws IOException also where a case begins in neither of the two forms
   */
  static boolean write(Path file, Set<String> agreed) throws IOException {
    List<String> before = Files.readAllLines(file);
    List<String> after = new ArrayList<>();
    Set<String> unmarked = new LinkedHashSet<>(agreed);
    for (String line : before) {
      if (line.equals(LINE)) {
        continue;
      }
      Matcher name = NAME.matcher(line);
      if (!name.matches()) {
        after.add(line);
        continue;
      }
      if (name.group(1) == null) {
        after.add(inBraces(line, unmarked.remove(unquoted(name.group(2)))));
        continue;
      }
      after.add(line);
      if (unmarked.remove(unquoted(name.group(1)))) {
        after.add(LINE);
      }
    }
    if (!unmarked.isEmpty()) {
      throw new IOException(
          file + ": a case begins with \"- name: …\" or is one line \"- {name: …}\": " + unmarked);
    }
    if (after.equals(before)) {
      return false;
    }
    Files.write(file, after);
    return true;
  }

  private static String inBraces(String line, boolean golden) {
    String plain = line.replace(IN_BRACES, "}");
    return golden ? plain.substring(0, plain.lastIndexOf('}')) + IN_BRACES : plain;
  }

  private static String unquoted(String name) {
    String text = name.strip();
    boolean quoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
