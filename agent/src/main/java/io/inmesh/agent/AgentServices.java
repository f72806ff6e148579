package io.inmesh.agent;

import io.inmesh.agent.config.Settings;
import io.inmesh.agent.weave.ModuleCatalog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What runs beside the app: the control client, the endpoints, the clock of the clusters. */
final class AgentServices {
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

  private final Settings settings;
  private final AgentLog log;
  private final MeshRuntime mesh;
  private final ModuleCatalog catalog;
  private final AgentTimers timers;
  private final Traffic traffic;

  AgentServices(
      Settings settings,
      AgentLog log,
      MeshRuntime mesh,
      ModuleCatalog catalog,
      AgentTimers timers,
      Traffic traffic) {
    this.settings = settings;
    this.log = log;
    this.mesh = mesh;
    this.catalog = catalog;
    this.timers = timers;
    this.traffic = traffic;
  }

  /** Starts everything; runs on a thread of its own and never throws. */
  void start(CompletableFuture<Boolean> main) {
    try {
      timers.every(TICK, mesh::tick);
    } catch (RuntimeException e) {
      log.error("the mesh could not start; calls follow the startup setting", e);
    }
  }
}
