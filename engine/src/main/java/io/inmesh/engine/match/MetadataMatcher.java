package io.inmesh.engine.match;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code MetadataMatcher}.
 *
 * @param filter the namespace
 * @param path the keys from the namespace to the value, at least one
 * @param invert whether a value that does not match, and an absent one, is what is wanted
 */
public record MetadataMatcher(
    String filter, List<String> path, ValueMatcher value, boolean invert) {
  public MetadataMatcher {
    path = List.copyOf(path);
    if (filter.isEmpty()) {
      throw new IllegalArgumentException(
          "MetadataMatcher.Filter: value length must be at least 1 characters");
    }
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          "MetadataMatcher.Path: value must contain at least 1 item(s)");
    }
  }

  /**
   * Whether metadata matches.
   *
   * @param metadata structs by namespace, their values as {@link MetadataMatch} has them
   */
  public boolean matches(Map<String, Map<String, Object>> metadata) {
    return value.matches(find(metadata.get(filter))) != invert;
  }

  private @Nullable Object find(@Nullable Object struct) {
    Object found = struct;
    for (int i = 0; i < path.size(); i++) {
      found = found instanceof Map<?, ?> map ? map.get(path.get(i)) : null;
    }
    return found;
  }
}
