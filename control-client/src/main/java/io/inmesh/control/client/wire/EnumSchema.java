package io.inmesh.control.client.wire;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of one enum and what the agent does with each. */
public final class EnumSchema {
  private final String name;
  private final Map<Integer, String> names = new LinkedHashMap<>();
  private final Map<Integer, FieldClass> classes = new HashMap<>();

  EnumSchema(String name) {
    this.name = name;
  }

  void add(int number, String value, FieldClass fieldClass) {
    // Of two names for one number the first is the one that JSON uses.
    names.putIfAbsent(number, value);
    classes.putIfAbsent(number, fieldClass);
  }

  /** The full proto name. */
  public String name() {
    return name;
  }

  /** Number to name. */
  public Map<Integer, String> values() {
    return Map.copyOf(names);
  }

  /** The name of a value, null where the table knows none. */
  public @Nullable String valueName(int number) {
    return names.get(number);
  }

  /** The class of a value, null where the table knows none. */
  public @Nullable FieldClass valueClass(int number) {
    return classes.get(number);
  }
}
