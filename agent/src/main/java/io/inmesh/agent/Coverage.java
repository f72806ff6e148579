package io.inmesh.agent;

import io.inmesh.agent.weave.ModuleCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /coverage}: each known library seen, its version, whether it is routed, and if not why.
 */
final class Coverage {
  private final ModuleCatalog catalog;

  Coverage(ModuleCatalog catalog) {
    this.catalog = catalog;
  }

  /** For JSON. */
  List<Map<String, Object>> toMaps() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (ModuleCatalog.Sighting seen : catalog.sightings()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("library", seen.library());
      map.put("version", seen.version());
      map.put("module", seen.module());
      map.put("routed", seen.routed());
      seen.reason().ifPresent(reason -> map.put("reason", reason));
      map.put("loader", seen.loader());
      all.add(map);
    }
    return all;
  }

  /** One line. */
  String line() {
    List<String> parts = new ArrayList<>();
    for (ModuleCatalog.Sighting seen : catalog.sightings()) {
      parts.add(
          seen.library()
              + (seen.version().equals("unknown") ? "" : " " + seen.version())
              + (seen.routed() ? " routed" : " NOT routed (" + seen.reason().orElse("") + ")"));
    }
    return parts.isEmpty() ? "no known client library loaded yet" : String.join(", ", parts);
  }
}
