package io.inmesh.benchmarks.path;

/** Several runs of one pair, taken together. */
final class Total {
  private long requests;
  private long nanos;
  private long cpu;

  void add(Pair.Result result) {
    requests += result.load().requests();
    nanos += result.load().nanos();
    cpu += result.cpu();
  }

  /** Requests a second. */
  double throughput() {
    return requests * 1e9 / nanos;
  }

  /** CPU time a request, in microseconds. */
  double cpu() {
    return cpu / 1e3 / requests;
  }
}
