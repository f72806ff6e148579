package io.inmesh.agent;

import io.inmesh.agent.admin.AdminPage;
import io.inmesh.agent.admin.AdminServer;
import io.inmesh.agent.config.ControlPlane;
import io.inmesh.agent.config.HostPort;
import io.inmesh.agent.config.Settings;
import io.inmesh.agent.config.Startup;
import io.inmesh.agent.config.Workload;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundRuntime;
import io.inmesh.agent.inbound.OwnEndpoint;
import io.inmesh.agent.telemetry.AppPages;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.control.client.AdsClient;
import io.inmesh.control.client.AdsSettings;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.MeshListener;
import io.inmesh.control.client.NodeIdentity;
import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.inmesh.control.client.transport.NettyTransport;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.tls.Secret;
import java.io.File;
import java.io.IOException;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What runs beside the app: the control client, the endpoints, the clock of the clusters. */
final class AgentServices implements MeshListener, ClientLog {
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long TIDY = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LOOK = TimeUnit.SECONDS.toNanos(2);

  /** How long the endpoints wait for a first configuration, and then for a first certificate. */
  private static final long ENDPOINTS_AT_LATEST = TimeUnit.SECONDS.toNanos(1);

  private final String version;
  private final Settings settings;
  private final AgentLog log;
  private final MeshRuntime mesh;
  private final Coverage coverage;
  private final LateWeaving late;
  private final AgentTimers timers;
  private final Traffic traffic;
  private final WorkloadIdentity identity;
  private final DeliveredSecrets secrets;
  private final InboundRuntime inbound;
  private final OwnEndpoint ownEndpoint;

  /** How all that runs is ended, the last first. */
  private final Deque<Runnable> ends = new ConcurrentLinkedDeque<>();

  private boolean introduced;
  private Optional<HostPort> adminAddress = Optional.empty();

  AgentServices(
      String version,
      Settings settings,
      AgentLog log,
      AgentCore.Parts parts,
      ModuleCatalog catalog,
      LateWeaving late) {
    this.version = version;
    this.settings = settings;
    this.log = log;
    this.mesh = parts.mesh();
    this.identity = parts.identity();
    this.secrets = parts.secrets();
    this.inbound = parts.inbound();
    this.coverage = new Coverage(catalog, parts.unrouted());
    this.late = late;
    this.timers = parts.timers();
    this.traffic = parts.traffic();
    this.ownEndpoint = ownEndpoint(settings, parts, log);
  }

  private static OwnEndpoint ownEndpoint(Settings settings, AgentCore.Parts parts, AgentLog log) {
    return new OwnEndpoint(
        settings.workload().ip(),
        () ->
            parts.inbound().acts() && parts.identity().get().isPresent()
                ? parts.mesh().snapshot()
                : Optional.empty(),
        look -> parts.timers().after(LOOK, look),
        log::warn);
  }

  /**
   * Starts everything; runs on a thread of its own and never throws.
   *
   * @param main tells when the app's main is near; TLS is not touched before
   */
  void start(MainWatch main) {
    try {
      if (settings.yields() && SidecarProbe.findsSidecar()) {
        mesh.observe();
        log.warn("there is a sidecar in this pod: the mesh only observes (setting mode=on acts)");
      }
      ControlPlane controlPlane = settings.controlPlane();
      boolean tls = controlPlane.xds().getScheme().equals("https");
      if (tls) {
        main.await();
      }
      NettyTransport transport = new NettyTransport(address(controlPlane, tls));
      AdsClient client =
          new AdsClient(
              new AdsSettings(
                  node(settings.workload()),
                  settings.prefetch(),
                  settings.nackUnsupported(),
                  settings.localCluster(),
                  settings.excludeOutbound(),
                  settings.httpsRoutes()),
              transport,
              this,
              this);
      mesh.endpointSource(client::need);
      client.start();
      // Endpoints must not change under a tick: it runs on the thread that changes them.
      ends.push(client::close);
      ends.push(timers.every(TICK, () -> client.execute(mesh::tick))::cancel);
      ends.push(timers.every(TIDY, () -> client.execute(mesh::tidyConnections))::cancel);
      sayHowCallsStart();
      main.await();
      identity.start(
          controlPlane,
          settings.workload(),
          transport,
          current -> current.ifPresent(unused -> identified()),
          this);
      ends.push(identity::stop);
      boolean published = isDoneWithin(mesh.published(), ENDPOINTS_AT_LATEST);
      if (!published) {
        serve(client);
      }
      // Without a configuration there is nothing to guard, and weaving costs time at start. Without
      // a certificate there is: who requires TLS must not be called in clear.
      mesh.published().toCompletableFuture().join();
      late.weave();
      mesh.woven();
      if (published) {
        // Before, their classes would take the processors from what the first call waits for.
        isDoneWithin(mesh.configured(), ENDPOINTS_AT_LATEST);
        serve(client);
      }
    } catch (RuntimeException | LinkageError e) {
      log.error("the mesh could not start; calls follow the startup setting", e);
    }
  }

  private static boolean isDoneWithin(CompletionStage<?> stage, long nanos) {
    try {
      stage.toCompletableFuture().get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the wait for the first configuration was ended", e);
    }
  }

  @Override
  public void onSnapshot(MeshSnapshot snapshot) {
    mesh.publish(snapshot);
    inbound.published();
    ownEndpoint.changed();
    if (!introduced) {
      introduced = true;
      log.debug(
          "configured: "
              + snapshot.clusters().size()
              + " clusters, "
              + snapshot.listeners().size()
              + " listeners");
    }
  }

  @Override
  public void onEndpoints() {
    ownEndpoint.changed();
  }

  private void identified() {
    mesh.identified();
    ownEndpoint.changed();
  }

  @Override
  public void onSecrets(Map<String, Secret> delivered) {
    secrets.replace(delivered);
  }

  @Override
  public void onConnection(boolean connected) {
    mesh.connected(connected);
  }

  @Override
  public void debug(String message) {
    log.debug(message);
  }

  @Override
  public void info(String message) {
    log.info(message);
  }

  @Override
  public void warn(String message) {
    log.warn(message);
  }

  private void sayHowCallsStart() {
    Startup startup = settings.startup();
    timers.after(
        TimeUnit.SECONDS.toNanos(1),
        () -> {
          if (mesh.snapshot().isEmpty()) {
            log.warn(
                "no configuration yet from "
                    + settings.controlPlane().xds()
                    + "; until it comes calls "
                    + (startup instanceof Startup.Wait wait
                        ? "wait up to " + wait.limit().toMillis() + " ms and are then refused"
                        : startup instanceof Startup.Fail ? "are refused" : "go out unrouted")
                    + " (setting startup)");
          }
        });
  }

  private void serve(AdsClient client) {
    ExplainPage explain = new ExplainPage(mesh, inbound, identity, settings.workload().ip());
    AdminPages pages =
        new AdminPages(mesh, client, identity, secrets, coverage, traffic, inbound, explain, log);
    Detachment detachment = new Detachment(mesh, settings.inbound().on(), log, this::end);
    adminAddress =
        settings.admin().flatMap(at -> listen(AgentThreads.ADMIN, at, pages.admin(detachment)));
    AppPages app = AppPages.of(System.getenv(), log::warn);
    ends.push(app::close);
    Optional<HostPort> telemetry =
        settings
            .telemetry()
            .flatMap(at -> listen(AgentThreads.TELEMETRY, at, pages.telemetry(app)));
    Workload workload = settings.workload();
    String name = workload.name() + "." + workload.namespace();
    atExit(inbound::leave);
    TreeMap<String, String> run = new TreeMap<>();
    long pid = ProcessHandle.current().pid();
    run.put("pid", Long.toString(pid));
    run.put("workload", name);
    adminAddress.ifPresent(at -> run.put("admin", at.toString()));
    telemetry.ifPresent(at -> run.put("telemetry", at.toString()));
    run.put("started", Long.toString(System.currentTimeMillis()));
    run.put("main", System.getProperty("sun.java.command", "?"));
    run.put("version", version);
    try {
      RunFile file = RunFile.write(pid, run);
      atExit(file::delete);
      ends.push(file::delete);
    } catch (IOException e) {
      log.warn("./inmesh ps will not list this process: " + e.getMessage());
    }
    log.info(
        "mesh "
            + mesh.mode().name().toLowerCase(java.util.Locale.ROOT)
            + ": workload="
            + name
            + " control-plane="
            + settings.controlPlane().xds()
            + " admin="
            + adminAddress.map(HostPort::toString).orElse("off")
            + "; "
            + coverage.line()
            + "; inbound "
            + (settings.inbound().on() ? "on" : "off"));
  }

  private void end() {
    for (Runnable end = ends.poll(); end != null; end = ends.poll()) {
      end.run();
    }
  }

  private static void atExit(Runnable task) {
    Runtime.getRuntime().addShutdownHook(new Thread(task, AgentThreads.EXIT));
  }

  private Optional<HostPort> listen(String thread, HostPort wanted, List<AdminPage> pages) {
    try {
      AdminServer server = AdminServer.start(thread, wanted, pages, log);
      if (wanted.port() != 0 && server.address().port() != wanted.port()) {
        log.info(wanted + " is taken; using " + server.address());
      }
      ends.push(server::close);
      return Optional.of(server.address());
    } catch (IOException e) {
      log.warn(e.getMessage() + "; that endpoint is off");
      return Optional.empty();
    }
  }

  private static NodeIdentity node(Workload workload) {
    Map<String, Object> extra = new HashMap<>(workload.metadata());
    return new NodeIdentity(
        workload.name(),
        workload.namespace(),
        workload.ip(),
        workload.domain(),
        workload.serviceAccount().orElse(""),
        workload.labels(),
        workload.annotations(),
        workload.clusterId(),
        workload.network().orElse(""),
        workload.meshId(),
        workload.istioVersion(),
        workload.locality().orElse(""),
        extra);
  }

  private static ControlPlaneAddress address(ControlPlane controlPlane, boolean tls) {
    return ControlPlaneAddress.parse(
        controlPlane.xds().toString(),
        tls ? new File(controlPlane.rootCa()).toPath() : null,
        tls ? new File(controlPlane.tokenFile()).toPath() : null);
  }
}
