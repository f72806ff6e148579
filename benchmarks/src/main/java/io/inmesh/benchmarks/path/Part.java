package io.inmesh.benchmarks.path;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be measured by itself; the jar's size always is. */
enum Part {
  LOAD("requests under load"),
  TLS("requests over mutual TLS"),
  START("starts"),
  MEMORY("memory"),
  ENGINE("route decisions by JMH");

  final String what;

  Part(String what) {
    this.what = what;
  }

  /** Those named by {@code --only=PART[,PART]}, else all; of a quick run all but the engine. */
  static Set<Part> of(List<String> arguments) {
    for (String argument : arguments) {
      if (argument.startsWith("--only=")) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        Arrays.stream(argument.substring("--only=".length()).split(","))
            .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)))
            .forEach(parts::add);
        return parts;
      }
    }
    Set<Part> all = EnumSet.allOf(Part.class);
    if (arguments.contains("--quick")) {
      all.remove(ENGINE);
    }
    return all;
  }
}
