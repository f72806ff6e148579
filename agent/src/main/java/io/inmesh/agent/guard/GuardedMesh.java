package io.inmesh.agent.guard;

import io.inmesh.engine.MeshSnapshot;
import java.util.Optional;

/** What the guard needs of the mesh. Thread-safe; no method blocks. */
public interface GuardedMesh {
  /** The snapshot in force, if there is one. */
  Optional<MeshSnapshot> snapshot();

  /** Whether the current thread is the agent's. */
  boolean ownThread();

  /** False to count only. */
  boolean refuses();
}
