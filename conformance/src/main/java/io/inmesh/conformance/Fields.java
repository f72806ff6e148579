package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A YAML map that is read field by field; {@link #end} refuses what nobody asked for. */
final class Fields {
  private final String where;
  private final Map<String, @Nullable Object> values;
  private final Set<String> read = new HashSet<>();

  private Fields(String where, Map<String, @Nullable Object> values) {
    this.where = where;
    this.values = values;
  }

  /**
   * @param where how errors name the place
   */
  static Fields of(String where, @Nullable Object value) {
    return new Fields(where, map(where, value));
  }

  /** A YAML value as a map. */
  static Map<String, @Nullable Object> map(String where, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(where + ": expected a map, found " + value);
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, element) -> copy.put(String.valueOf(key), element));
    return copy;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  @Nullable Object get(String name) {
    read.add(name);
    return values.get(name);
  }

  String text(String name, String otherwise) {
    Object value = get(name);
    return value == null ? otherwise : String.valueOf(value);
  }

  long number(String name, long otherwise) {
    Object value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException(where + "." + name + ": expected a number, found " + value);
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(get(name));
  }

  /** A list; a single value is a list of one. */
  List<Object> list(String name) {
    Object value = get(name);
    List<Object> all = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(all::add);
    } else if (value != null) {
      all.add(value);
    }
    return all;
  }

  /** A map; empty where it is absent. */
  Map<String, @Nullable Object> map(String name) {
    Object value = get(name);
    return value == null ? Map.of() : map(where + "." + name, value);
  }

  /** Refuses fields that were not read. */
  void end() {
    for (String name : values.keySet()) {
      if (!read.contains(name)) {
        throw new IllegalArgumentException(where + ": unknown field " + name);
      }
    }
  }
}
