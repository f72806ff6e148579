package io.inmesh.benchmarks.path;

/** What a plain connection meets. */
enum Port {
  BARE("bare"),
  /** The agent, which looks for TLS and takes plaintext too. */
  SNIFFING("agent, PERMISSIVE");

  private final String text;

  Port(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
