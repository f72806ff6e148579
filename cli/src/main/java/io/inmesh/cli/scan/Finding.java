package io.inmesh.cli.scan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A library that the app holds or uses.
 *
 * @param version "unknown" if nothing tells, "JDK" for a part of the JDK
 * @param evidence the archive that holds it, or a class that uses it
 */
public record Finding(KnownLibrary library, String version, String evidence) {
  /** Whether this inmesh routes it. */
  public boolean routed() {
    return library.routes(version);
  }

  /** For output in JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("library", library.title());
    map.put("version", version);
    map.put("side", library.side().word());
    map.put("routed", routed());
    map.put("evidence", evidence);
    return map;
  }
}
