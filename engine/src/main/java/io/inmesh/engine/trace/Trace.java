package io.inmesh.engine.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a decision came out as it did: what was looked at, in order, and what each came to. Not
 * thread-safe; {@link #OFF} records nothing and callers ask {@link #on()} before they describe.
 */
public final class Trace {
  /** Records nothing. */
  public static final Trace OFF = new Trace(false);

  /**
   * One thing that was looked at.
   *
   * @param kind {@code destination}, {@code listener}, {@code first bytes}, {@code filter chain},
   *     {@code route table}, {@code virtual host}, {@code route}, {@code rbac}, {@code shadow
   *     rbac}, {@code cluster}, {@code priority}, {@code endpoint}, {@code decision}
   * @param outcome what it came to: {@code matched}, or the matcher that failed
   * @param attributes further facts in the order they are printed
   */
  public record Entry(String kind, String name, String outcome, Map<String, Object> attributes) {}

  private final boolean on;
  private final List<Entry> entries = new ArrayList<>();

  private Trace(boolean on) {
    this.on = on;
  }

  /** A trace that records. */
  public static Trace recording() {
    return new Trace(true);
  }

  /** Whether entries are kept. */
  public boolean on() {
    return on;
  }

  /** Adds an entry; attributes are name, value, name, value. */
  public void add(String kind, String name, String outcome, Object... attributes) {
    if (!on) {
      return;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i + 1 < attributes.length; i += 2) {
      map.put((String) attributes[i], attributes[i + 1]);
    }
    entries.add(new Entry(kind, name, outcome, map));
  }

  /** What was recorded, in order. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** The entries as plain maps, for JSON. */
  public List<Map<String, Object>> toMaps() {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Entry entry : entries) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("kind", entry.kind());
      map.put("name", entry.name());
      map.put("outcome", entry.outcome());
      map.putAll(entry.attributes());
      maps.add(map);
    }
    return maps;
  }

  /** One line an entry, for people. */
  public String toText() {
    StringBuilder out = new StringBuilder();
    for (Entry entry : entries) {
      boolean inner = entry.kind().equals("route") || entry.kind().equals("endpoint");
      out.append(inner ? "    " : "").append(String.format("%-13s ", entry.kind()));
      out.append(entry.name().isEmpty() ? "-" : entry.name());
      out.append("  ").append(entry.outcome());
      entry
          .attributes()
          .forEach((key, value) -> out.append("  ").append(key).append('=').append(value));
      out.append('\n');
    }
    return out.toString();
  }
}
