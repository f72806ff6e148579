package io.inmesh.benchmarks.path;

import java.util.Locale;

/** How the two programs are joined. */
enum Variant {
  BARE,
  /** Bare, but the program itself sends headers like those that a mesh adds to each request. */
  HEADERS,
  AGENT,
  ENVOY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
