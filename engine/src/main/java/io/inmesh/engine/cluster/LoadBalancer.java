package io.inmesh.engine.cluster;

/** Chooses among two or more hosts. Thread-safe, and free of allocation once warm. */
interface LoadBalancer {
  Host choose(long random);
}
