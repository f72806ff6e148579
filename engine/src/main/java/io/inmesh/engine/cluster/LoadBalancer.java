package io.inmesh.engine.cluster;

/** Chooses among two or more hosts. Thread-safe, and free of allocation once warm. */
interface LoadBalancer {
  Host choose(long random);

  /**
   * The same for a repeated pick of one request: with a hash in place of the random number the next
   * host has to come from the attempt.
   *
   * @param attempt 0 for the first
   */
  default Host choose(long random, int attempt) {
    return choose(random);
  }
}
