package io.inmesh.benchmarks.path;

import java.util.Locale;

/** How the two programs are joined. */
enum Variant {
  BARE,
  AGENT,
  ENVOY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
