package io.inmesh.instrumentation.api;

/**
 * A connection that a library keeps between requests, for the mesh to end where nothing leads to it
 * any more. Whoever makes one holds the library's own weakly: the mesh keeps it until it is closed.
 * Called on the agent's threads; no method waits for the network.
 */
public interface PooledConnection {
  /** Whether it has ended, by whomever. */
  boolean isClosed();

  /**
   * Closes it where no request is under way, so that the library can never have chosen it for one;
   * else leaves it as it is, to be asked again.
   */
  void closeIfIdle();
}
