package io.inmesh.agent;

import io.inmesh.agent.admin.AdminPage;
import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.agent.admin.Json;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundTraffic;
import io.inmesh.control.client.AdsClient;
import io.inmesh.control.client.UnsupportedEntry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The pages of the admin and of the telemetry endpoint. */
final class AdminPages {
  private static final long PATIENCE_SECONDS = 5;

  private final MeshRuntime mesh;
  private final AdsClient client;
  private final WorkloadIdentity identity;
  private final DeliveredSecrets secrets;
  private final Coverage coverage;
  private final Traffic traffic;
  private final InboundTraffic inbound;
  private final AgentLog log;

  AdminPages(
      MeshRuntime mesh,
      AdsClient client,
      WorkloadIdentity identity,
      DeliveredSecrets secrets,
      Coverage coverage,
      Traffic traffic,
      InboundTraffic inbound,
      AgentLog log) {
    this.identity = identity;
    this.secrets = secrets;
    this.mesh = mesh;
    this.client = client;
    this.coverage = coverage;
    this.traffic = traffic;
    this.inbound = inbound;
    this.log = log;
  }

  List<AdminPage> admin() {
    ExplainPage explain = new ExplainPage(mesh, identity);
    return List.of(
        read("/ready", "200 LIVE once configured", unused -> ready()),
        read("/config_dump", "what the control plane sent; ?include_eds", this::configDump),
        read("/clusters", "hosts, health and load; ?format=json", this::clusters),
        read("/certs", "certificates of this workload", unused -> certs()),
        read("/explain", "why a request goes where it goes; ?url= or ?inbound=", explain::explain),
        read("/coverage", "libraries seen, and whether they are routed", unused -> coverage()),
        read("/unsupported", "configuration that is not in force; ?format=json", this::unsupported),
        read("/stats/prometheus", "counters", unused -> prometheus()),
        new AdminPage("/logging", true, "?level=debug", this::logging));
  }

  List<AdminPage> telemetry() {
    return List.of(
        read("/stats/prometheus", "counters", unused -> prometheus()),
        read("/healthz/ready", "200 once configured", unused -> ready()));
  }

  private static AdminPage read(String path, String summary, AdminPage.Handler handler) {
    return new AdminPage(path, false, summary, handler);
  }

  private AdminResponse certs() {
    return AdminResponse.json(
        Json.write(CertsPage.toMap(identity.status(), secrets.all(), Instant.now())));
  }

  private AdminResponse ready() {
    return mesh.snapshot().isPresent()
        ? AdminResponse.text(200, "LIVE\n")
        : AdminResponse.text(503, "no configuration yet\n");
  }

  private AdminResponse configDump(AdminRequest request) {
    return AdminResponse.json(now(client.configDump(request.query().containsKey("include_eds"))));
  }

  private AdminResponse clusters(AdminRequest request) {
    return json(request)
        ? AdminResponse.json(Json.write(ClusterPage.toMap(mesh.snapshot())))
        : AdminResponse.text(200, ClusterPage.toText(mesh.snapshot()));
  }

  private AdminResponse coverage() {
    return AdminResponse.json(Json.write(coverage.toMaps()));
  }

  private AdminResponse unsupported(AdminRequest request) {
    if (json(request)) {
      return AdminResponse.json(now(client.unsupportedJson()));
    }
    StringBuilder out = new StringBuilder();
    for (UnsupportedEntry entry : now(client.unsupported())) {
      out.append(entry).append('\n');
    }
    return AdminResponse.text(200, out.toString());
  }

  private AdminResponse prometheus() {
    return new AdminResponse(
        200, "text/plain; version=0.0.4", traffic.prometheus() + inbound.prometheus());
  }

  private AdminResponse logging(AdminRequest request) {
    request.parameter("level").ifPresent(level -> log.level(AgentLog.Level.parse(level)));
    return AdminResponse.text(200, log.level().name().toLowerCase(Locale.ROOT) + "\n");
  }

  private static boolean json(AdminRequest request) {
    return request.parameter("format").filter("json"::equals).isPresent();
  }

  private static <T> T now(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the control client does not answer", e);
    }
  }
}
