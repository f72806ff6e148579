package io.inmesh.control.client;

import io.inmesh.engine.MeshSnapshot;

/**
 * Who uses what the client learns. Called on {@code inmesh-io}; must return quickly and run no code
 * of the app.
 */
public interface MeshListener {
  /** A complete snapshot takes the place of the one before. */
  void onSnapshot(MeshSnapshot snapshot);

  /** The stream to the control plane stands, or has ended. */
  default void onConnection(boolean connected) {}
}
