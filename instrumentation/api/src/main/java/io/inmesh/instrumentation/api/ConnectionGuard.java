package io.inmesh.instrumentation.api;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Sees each connection of the process before it is made. Thread-safe; never blocks and resolves no
 * name.
 */
public interface ConnectionGuard {
  /**
   * A connection is about to be made.
   *
   * @param address as the caller gave it: labelled if a module routed it (see {@link Label})
   * @throws IOException to refuse it
   */
  void connecting(InetSocketAddress address) throws IOException;
}
