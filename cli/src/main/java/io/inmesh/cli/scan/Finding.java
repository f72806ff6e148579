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
  /** Which of its sides are routed, for people. */
  public String routed(CoveredVersions covered) {
    boolean client = library.isRoutedAsClient(version, covered);
    boolean server = library.isRoutedAsServer(version, covered);
    return switch (library.side()) {
      case CLIENT -> client ? "yes" : "not yet";
      case SERVER -> server ? "yes" : "not yet";
      case BOTH ->
          client && server ? "yes" : client ? "as a client" : server ? "as a server" : "not yet";
    };
  }

  /** For output in JSON. */
  public Map<String, Object> toMap(CoveredVersions covered) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("library", library.title());
    map.put("version", version);
    map.put("side", library.side().word());
    map.put("routed", routed(covered).equals("yes"));
    map.put("asClient", library.isRoutedAsClient(version, covered));
    map.put("asServer", library.isRoutedAsServer(version, covered));
    map.put("evidence", evidence);
    return map;
  }
}
