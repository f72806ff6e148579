package io.inmesh.it.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Envoy logged of one connection or request.
 *
 * @param connection the source port that the PROXY line told, which numbers it
 * @param chain the filter chain, as {@link StockListeners} names it
 */
record AccessLine(
    int connection,
    String chain,
    String route,
    String cluster,
    int status,
    Set<String> flags,
    String location) {
  static final String FORMAT =
      String.join(
              "\t",
              "%DOWNSTREAM_REMOTE_PORT%",
              "%FILTER_CHAIN_NAME%",
              "%ROUTE_NAME%",
              "%UPSTREAM_CLUSTER_RAW%",
              "%RESPONSE_CODE%",
              "%RESPONSE_FLAGS%",
              "%RESP(LOCATION)%")
          + "\n";

  /** Between a listener's name and its chain's in the name of a chain. */
  static final String CHAIN = " # ";

  static final String DEFAULT = "default";

  // The flags of answers that a rule gives; the others tell that there is nobody upstream.
  private static final Set<String> DECIDED = Set.of("FI", "NR", "NC");

  AccessLine {
    flags = Set.copyOf(flags);
  }

  /** All complete lines of a log; none where there is no file yet. */
  static List<AccessLine> read(Path log) throws IOException {
    List<AccessLine> lines = new ArrayList<>();
    if (Files.exists(log)) {
      String text = Files.readString(log);
      int end = text.lastIndexOf('\n');
      text.substring(0, Math.max(0, end)).lines().forEach(line -> lines.add(parse(line)));
    }
    return lines;
  }

  private static AccessLine parse(String line) {
    String[] parts = line.split("\t", -1);
    for (int i = 1; i < parts.length; i++) {
      parts[i] = parts[i].equals("-") ? "" : parts[i];
    }
    return new AccessLine(
        Integer.parseInt(parts[0]),
        parts[1],
        parts[2],
        parts[3],
        Integer.parseInt(parts[4]),
        Set.of(parts[5].split(",")),
        parts[6]);
  }

  Choice choice() {
    int end = chain.indexOf(CHAIN);
    return new Choice(end < 0 ? chain : chain.substring(0, end), route, cluster, answer());
  }

  private String answer() {
    for (String flag : flags) {
      if (DECIDED.contains(flag)) {
        return status + " " + flag;
      }
    }
    return cluster.isEmpty() ? (status + " " + location).strip() : "";
  }
}
