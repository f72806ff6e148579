package io.inmesh.agent.inbound;

import io.inmesh.engine.MeshSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the inbound side needs of the mesh. Thread-safe; no method blocks. */
public interface InboundSource {
  /** The configuration in force. */
  Optional<MeshSnapshot> snapshot();

  /** Completes with the first configuration, or when nobody is to wait for it any longer. */
  CompletionStage<?> ready();

  /** Whether connections pass untouched before the first configuration. */
  boolean passesBeforeFirst();

  /** False refuses nothing and changes nothing. */
  boolean acts();

  /** Whether connections are decided about and counted all the same where the mesh does not act. */
  boolean observes();

  /** Whether the current thread is the agent's. */
  boolean ownThread();

  /** The monotonic clock in nanoseconds. */
  long nanoTime();

  /** A random number, uniform over all of long. */
  long random();

  /** A line for the log. */
  void refused(String what);
}
