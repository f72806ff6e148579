package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tomcat.util.net.AbstractEndpoint;

/** Holds acceptor threads, and with them what waits in the backlog, until the mesh can decide. */
final class Gate {
  private static final long LOOK_AGAIN_MILLIS = 100;

  private final InboundMesh mesh;

  Gate(InboundMesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Waits; no longer than the endpoint runs.
   *
   * @throws IOException where nobody will ever decide
   */
  void pass(AbstractEndpoint<?, ?> endpoint) throws IOException {
    CompletableFuture<?> ready = mesh.ready().toCompletableFuture();
    while (!ready.isDone() && endpoint.isRunning()) {
      try {
        ready.get(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        // The endpoint may have been stopped meanwhile.
      } catch (ExecutionException e) {
        throw new IOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
