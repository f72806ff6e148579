package io.inmesh.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an agent's page {@code /coverage} says.
 *
 * @param libraries in the order in which the agent saw them
 */
record Coverage(List<Library> libraries) {
  /**
   * A library that the agent saw.
   *
   * @param reason why it is not routed; empty if it is
   */
  record Library(String name, String version, boolean routed, String reason) {}

  /**
   * Reads the page.
   *
   * @throws Failure if it is none
   */
  static Coverage parse(String page) {
    try {
      if (JsonReader.read(page) instanceof List<?> list) {
        List<Library> libraries = new ArrayList<>();
        for (Object item : list) {
          if (item instanceof Map<?, ?> map) {
            libraries.add(
                new Library(
                    word(map, "library", "?"),
                    word(map, "version", "?"),
                    Boolean.TRUE.equals(map.get("routed")),
                    word(map, "reason", "")));
          }
        }
        return new Coverage(libraries);
      }
    } catch (IllegalArgumentException e) {
      throw new Failure("the agent's /coverage cannot be read: " + e.getMessage(), e);
    }
    throw new Failure("the agent's /coverage is not a list");
  }

  private static String word(Map<?, ?> map, String key, String otherwise) {
    Object value = map.get(key);
    return value == null ? otherwise : value.toString();
  }

  /** One line. */
  String line() {
    List<String> parts = new ArrayList<>();
    for (Library library : libraries) {
      parts.add(
          library.name()
              + " "
              + library.version()
              + (library.routed() ? " routed" : " NOT routed (" + library.reason() + ")"));
    }
    return parts.isEmpty() ? "no known library loaded yet" : String.join(", ", parts);
  }

  /** A table, one row a library. */
  String table() {
    if (libraries.isEmpty()) {
      return line() + "\n";
    }
    TextTable table = new TextTable("LIBRARY", "VERSION", "ROUTED", "WHY NOT");
    for (Library library : libraries) {
      table.row(
          library.name(), library.version(), library.routed() ? "yes" : "no", library.reason());
    }
    return table.render();
  }
}
