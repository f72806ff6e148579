package io.inmesh.instrumentation.api;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The mesh as a server module sees it. One object for the process; advice gets it in its
 * constructor. Thread-safe; no method blocks.
 */
public interface InboundMesh {
  /**
   * A port of the app has accepted a connection. The module tells the returned object what happens
   * to it, {@link InboundConnection#closed} at last.
   *
   * @param local where it was accepted
   * @param remote who connected
   * @param spoken what the port speaks, in ALPN's words ({@code http/1.1}, {@code h2}); empty where
   *     the module cannot know before the first bytes
   * @param closer closes the connection; called from any thread when its handshake takes too long
   *     or policy no longer allows it
   * @return null where the mesh has nothing to do with the connection: inbound is off, the port or
   *     the peer is excluded, or the process is one whose configuration has no inbound listener
   */
  @Nullable InboundConnection accepted(
      InetSocketAddress local, InetSocketAddress remote, Set<String> spoken, Runnable closer);

  /**
   * Completes when accepted connections can be decided about, or when the setting {@code startup}
   * says that they must be; until then a module holds what it has accepted. Usually complete.
   */
  CompletionStage<?> ready();

  /** Whether anything is refused or changed here at all; false where inbound is off or observed. */
  boolean acts();

  /** The agent's timer. */
  Timers timers();
}
