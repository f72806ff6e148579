package io.inmesh.control.client;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.tls.Secret;
import java.util.Map;

/**
 * Who uses what the client learns. Called on {@code inmesh-io}; must return quickly and run no code
 * of the app.
 */
public interface MeshListener {
  /** A complete snapshot takes the place of the one before. */
  void onSnapshot(MeshSnapshot snapshot);

  /** Endpoints have changed behind the snapshot in force. */
  default void onEndpoints() {}

  /**
   * All secrets that the control plane has sent, by name, in place of those before. One that is not
   * there any more must not be used for another connection.
   */
  default void onSecrets(Map<String, Secret> secrets) {}

  /** The stream to the control plane stands, or has ended. */
  default void onConnection(boolean connected) {}
}
