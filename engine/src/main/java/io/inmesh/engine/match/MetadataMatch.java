package io.inmesh.engine.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code envoy.lb} metadata of an endpoint must hold: the {@code metadata_match} of a
 * route. Immutable; equal if all keys and values are.
 *
 * <p>Values are those of a {@code google.protobuf.Struct}: texts, doubles, booleans, lists, maps
 * and {@link NullValue}.
 */
public final class MetadataMatch {
  /** The value null of a struct. */
  public enum NullValue {
    NULL_VALUE
  }

  private final SortedMap<String, Object> criteria;
  private final List<String> keys;
  private final int hash;

  private MetadataMatch(SortedMap<String, Object> criteria) {
    this.criteria = criteria;
    keys = List.copyOf(criteria.keySet());
    hash = criteria.hashCode();
  }

  /** Of these keys with their values. */
  public static MetadataMatch of(Map<String, Object> criteria) {
    return new MetadataMatch(new TreeMap<>(criteria));
  }

  /** The keys, in order. */
  public List<String> keys() {
    return keys;
  }

  /** The same criteria as far as they stand under some keys. */
  public MetadataMatch only(Set<String> some) {
    TreeMap<String, Object> left = new TreeMap<>(criteria);
    left.keySet().retainAll(some);
    return new MetadataMatch(left);
  }

  /** The same criteria but for one key. */
  public MetadataMatch without(String key) {
    TreeMap<String, Object> left = new TreeMap<>(criteria);
    left.remove(key);
    return new MetadataMatch(left);
  }

  /** What must stand under a key, or null. */
  public @Nullable Object get(String key) {
    return criteria.get(key);
  }

  /** The criteria that stand in a list; what is no map there sets none. */
  public static List<MetadataMatch> list(Object value) {
    List<MetadataMatch> out = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        TreeMap<String, Object> one = new TreeMap<>();
        if (element instanceof Map<?, ?> map) {
          map.forEach((key, wanted) -> one.put((String) key, wanted));
        }
        out.add(new MetadataMatch(one));
      }
    }
    return out;
  }

  /** These criteria and others, which win where both have a key. */
  public MetadataMatch with(MetadataMatch others) {
    TreeMap<String, Object> both = new TreeMap<>(criteria);
    both.putAll(others.criteria);
    return new MetadataMatch(both);
  }

  /**
   * Whether metadata holds all of it.
   *
   * @param listAsAny whether of a list in the metadata one element suffices
   */
  public boolean matches(Map<String, Object> metadata, boolean listAsAny) {
    for (Map.Entry<String, Object> wanted : criteria.entrySet()) {
      Object value = metadata.get(wanted.getKey());
      boolean same =
          (listAsAny && value instanceof List<?> list)
              ? list.contains(wanted.getValue())
              : wanted.getValue().equals(value);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof MetadataMatch match
            && match.hash == hash
            && match.criteria.equals(criteria));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return criteria.toString();
  }
}
