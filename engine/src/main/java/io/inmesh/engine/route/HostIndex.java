package io.inmesh.engine.route;

import io.inmesh.engine.match.Ascii;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table from lower-case text to a value, asked with a region of a text in any case: no substring,
 * no allocation. Open addressing at half load.
 */
final class HostIndex<V> {
  private final int[] hashes;
  private final @Nullable String[] keys;
  private final @Nullable Object[] values;
  private final int mask;

  /** The entries, whose keys are in lower case. */
  HostIndex(Map<String, V> entries) {
    int size = Math.max(4, Integer.highestOneBit(Math.max(1, entries.size()) * 2) << 1);
    hashes = new int[size];
    keys = new String[size];
    values = new Object[size];
    mask = size - 1;
    entries.forEach(this::put);
  }

  private void put(String key, V value) {
    int hash = hash(key, 0, key.length());
    int slot = hash & mask;
    while (keys[slot] != null) {
      slot = (slot + 1) & mask;
    }
    hashes[slot] = hash;
    keys[slot] = key;
    values[slot] = value;
  }

  @SuppressWarnings("unchecked")
  @Nullable V get(String text, int from, int to) {
    int hash = hash(text, from, to);
    int slot = hash & mask;
    for (String key = keys[slot]; key != null; key = keys[slot]) {
      if (hashes[slot] == hash
          && key.length() == to - from
          // Next to always it is written in lower case, and that comparison is the JVM's own.
          && (text.startsWith(key, from) || Ascii.regionMatches(text, from, key))) {
        return (V) values[slot];
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  private static int hash(String text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + Ascii.lower(text.charAt(i));
    }
    // Spread, since neighbouring names differ in their last characters only.
    hash *= 0x9E3779B9;
    return hash ^ hash >>> 15;
  }
}
