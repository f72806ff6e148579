package io.inmesh.instrumentation.api;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/**
 * Sees each connection that the process has accepted, before the app does. Thread-safe; never
 * blocks.
 */
public interface AcceptGuard {
  /**
   * Whether the app may have it: a module sees to it, or policy asks for nothing that a module
   * would have to do.
   *
   * @param local where it was accepted
   */
  boolean allows(InetSocketAddress local, InetSocketAddress remote);

  /**
   * Completes when there is a policy to ask about the connection, or nobody is to wait for one any
   * longer; who cannot wait asks {@link #allows} at once.
   */
  CompletionStage<?> decidable(InetSocketAddress local, InetSocketAddress remote);
}
