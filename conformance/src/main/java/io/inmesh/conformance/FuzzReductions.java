package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations with one thing less, that Envoy still accepts. */
final class FuzzReductions {
  // What the rest does not stand without.
  private static final Set<String> NEEDED =
      Set.of(
          "route_config",
          "virtual_hosts",
          "routes",
          "name",
          "match",
          "direct_response",
          "status",
          "redirect",
          "header",
          "key",
          "value",
          "domains",
          "filter",
          "pattern",
          "regex",
          "substitution",
          "response_code",
          "prefix",
          "path",
          "safe_regex",
          "path_separated_prefix",
          "string_match",
          "exact",
          "suffix",
          "contains",
          "default_value",
          "numerator",
          "inline_string",
          "start",
          "end");

  private FuzzReductions() {}

  static List<Map<String, @Nullable Object>> of(Map<String, @Nullable Object> resources) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (Object smaller : smaller(resources)) {
      all.add(Fields.map("reduction", smaller));
    }
    return all;
  }

  private static List<Object> smaller(@Nullable Object value) {
    List<Object> all = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, element) -> {
            if (!NEEDED.contains(String.valueOf(key))) {
              Map<Object, @Nullable Object> fewer = new LinkedHashMap<>(map);
              fewer.remove(key);
              all.add(fewer);
            }
            for (Object reduced : smaller(element)) {
              Map<Object, @Nullable Object> other = new LinkedHashMap<>(map);
              other.put(key, reduced);
              all.add(other);
            }
          });
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size() && list.size() > 1; i++) {
        List<Object> fewer = new ArrayList<>(list);
        fewer.remove(i);
        all.add(fewer);
      }
      for (int i = 0; i < list.size(); i++) {
        for (Object reduced : smaller(list.get(i))) {
          List<Object> other = new ArrayList<>(list);
          other.set(i, reduced);
          all.add(other);
        }
      }
    }
    return all;
  }
}
