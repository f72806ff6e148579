package io.inmesh.it.oracle;

/**
 * What one side did with a request; unknown parts are empty.
 *
 * @param listener its name
 * @param route {@link #route(String, String, int)}
 * @param cluster where it was to go
 * @param answer where a rule answers instead: the status, a flag, a location
 */
record Choice(String listener, String route, String cluster, String answer) {
  /** How a route is told from all others of a node. */
  static String route(String table, String virtualHost, int index) {
    return table + " / " + virtualHost + " / " + index;
  }

  @Override
  public String toString() {
    return String.join(" | ", listener, route, cluster, answer);
  }
}
