package io.inmesh.benchmarks.path;

/** How the two programs of the TLS part are joined. */
enum TlsPath {
  BARE("bare"),
  /** The programs' own TLS, with a certificate on each side. */
  OWN("own https"),
  /** The same, and the programs themselves send headers like those of two sidecars. */
  HEADERS("own https, headers"),
  /** Plaintext programs, the agent in both, and a server that demands mutual TLS. */
  AGENT("agent"),
  /** Plaintext programs, and mutual TLS between their sidecars. */
  ENVOY("envoy");

  private final String text;

  TlsPath(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
