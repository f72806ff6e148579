package io.inmesh.benchmarks.path;

/** What is measured of each variant; the unit is part of its name in the report. */
record Quantity(String what, String unit) {
  static final Quantity THROUGHPUT = new Quantity("throughput", "1/s");
  static final Quantity CPU = new Quantity("CPU time a request", "us");
}
