package io.inmesh.agent.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the admin endpoint.
 *
 * @param method {@code GET} or {@code POST}; other methods are refused before a page sees them
 * @param path without query
 * @param query parameters in order, a name without value has an empty one
 */
public record AdminRequest(String method, String path, Map<String, List<String>> query) {
  /** The first value of a parameter. */
  public Optional<String> parameter(String name) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** Every value of a parameter. */
  public List<String> parameters(String name) {
    return query.getOrDefault(name, List.of());
  }
}
