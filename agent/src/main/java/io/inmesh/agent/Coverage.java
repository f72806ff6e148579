package io.inmesh.agent;

import io.inmesh.agent.guard.UnroutedConnections;
import io.inmesh.agent.weave.ModuleCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /coverage}: each known library seen, its version, whether it is routed, and if not why;
 * who connects to the mesh past all of them.
 */
final class Coverage {
  private final ModuleCatalog catalog;
  private final UnroutedConnections unrouted;

  Coverage(ModuleCatalog catalog, UnroutedConnections unrouted) {
    this.catalog = catalog;
    this.unrouted = unrouted;
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
    for (UnroutedConnections.Count count : unrouted.all()) {
      all.add(toMap(count));
    }
    return all;
  }

  private static Map<String, Object> toMap(UnroutedConnections.Count count) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("library", count.madeBy());
    map.put("version", "-");
    map.put("module", "none");
    map.put("routed", false);
    map.put(
        "reason",
        count.connections()
            + (count.connections() == 1 ? " connection to " : " connections to ")
            + count.destination()
            + count.refused().map(why -> " refused: " + why).orElse(" that no module routed"));
    map.put("destination", count.destination());
    map.put("connections", count.connections());
    map.put("refused", count.refused().isPresent());
    return map;
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
