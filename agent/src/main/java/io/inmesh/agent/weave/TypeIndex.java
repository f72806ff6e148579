package io.inmesh.agent.weave;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which class belongs to which library module: written when the agent jar is built, asked for every
 * class that the JVM loads before anything else of the agent is. One line a class: {@code TYPE
 * MODULE_CLASS}.
 */
public final class TypeIndex {
  /** Where the index stands in the agent jar. */
  public static final String PATH = "META-INF/inmesh/types.index";

  /**
   * Where the index of what the guard hooks stands: woven only when there is something to guard.
   */
  public static final String LATE_PATH = "META-INF/inmesh/late.index";

  /** Stands before the name of a library that no module covers, in place of a module class. */
  public static final String UNROUTED = "-";

  private final Map<String, List<String>> modules;
  private final Set<String> classNames = new HashSet<>();

  private TypeIndex(Map<String, List<String>> modules) {
    this.modules = modules;
    for (String type : modules.keySet()) {
      classNames.add(type.replace('/', '.'));
    }
  }

  /** Reads an index. */
  public static TypeIndex parse(byte[] content) {
    Map<String, List<String>> modules = new HashMap<>();
    for (String line : new String(content, StandardCharsets.US_ASCII).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        String type = line.substring(0, space);
        String module = line.substring(space + 1);
        List<String> known = modules.get(type);
        if (known == null) {
          modules.put(type, List.of(module));
        } else {
          modules.put(type, List.of(known.get(0), module));
        }
      }
    }
    return new TypeIndex(modules);
  }

  /** Class names of the modules that hook {@code type}; empty for nearly every class. */
  public List<String> modulesFor(String type) {
    return modules.getOrDefault(type, List.of());
  }

  /** True if {@code type} is nested in a class that some module hooks, told by its name alone. */
  public boolean hasNestHost(String type) {
    int dollar = type.indexOf('$');
    return dollar > 0 && modules.containsKey(type.substring(0, dollar));
  }

  /** True if some module hooks the class with this name, as {@link Class#getName} gives it. */
  public boolean containsClass(String name) {
    return classNames.contains(name);
  }
}
