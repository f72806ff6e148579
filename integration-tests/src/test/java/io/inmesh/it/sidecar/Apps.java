package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A server and a client that speak the same, each of them under the agent and once more without.
 *
 * @param name of the service and the workload that the server under the agent is
 * @param shop under the agent
 * @param bare without
 * @param web under the agent
 * @param caller without
 */
record Apps(
    String name, ForkedServer shop, ForkedServer bare, ForkedClient web, ForkedClient caller)
    implements AutoCloseable {
  /**
   * Starts them.
   *
   * @param settings further ones of the agents
   */
  static Apps start(SidecarMesh mesh, Spoken spoken, String... settings) throws IOException {
    String name = spoken.name().toLowerCase(Locale.ROOT).replace("_", "");
    ForkedServer shop = mesh.server(spoken.server(), name, settings);
    mesh.mesh().folder().served(name, shop.port(), spoken.protocol());
    return new Apps(
        name,
        shop,
        SidecarMesh.bare(spoken.server()),
        mesh.client(spoken.client(), "web", settings),
        new ForkedClient(
            Jdks.running(),
            List.of("-Djdk.httpclient.allowRestrictedHeaders=host"),
            AppClassPath.ofTheTests(),
            spoken.client().getName()));
  }

  /** Ends those without an agent; the others end with their mesh. */
  @Override
  public void close() {
    bare.close();
    caller.close();
  }
}
