package io.inmesh.agent;

import io.inmesh.agent.admin.AdminPage;
import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.agent.admin.Json;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundRuntime;
import io.inmesh.agent.telemetry.AppPages;
import io.inmesh.control.client.AdsClient;
import io.inmesh.control.client.UnsupportedEntry;
import io.inmesh.control.client.wire.FieldClass.Effect;
import java.time.Instant;
import java.util.ArrayList;
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
  private final InboundRuntime inbound;
  private final ExplainPage explain;
  private final AgentLog log;

  AdminPages(
      MeshRuntime mesh,
      AdsClient client,
      WorkloadIdentity identity,
      DeliveredSecrets secrets,
      Coverage coverage,
      Traffic traffic,
      InboundRuntime inbound,
      ExplainPage explain,
      AgentLog log) {
    this.identity = identity;
    this.secrets = secrets;
    this.mesh = mesh;
    this.client = client;
    this.coverage = coverage;
    this.traffic = traffic;
    this.inbound = inbound;
    this.explain = explain;
    this.log = log;
  }

  /**
   * @param detachment what {@code /detach} does
   */
  List<AdminPage> admin(Detachment detachment) {
    return List.of(
        AdminPage.reading("/ready", "200 LIVE once configured", unused -> ready()),
        AdminPage.reading(
            "/config_dump", "what the control plane sent; ?include_eds", this::configDump),
        AdminPage.reading("/clusters", "hosts, health and load; ?format=json", this::clusters),
        AdminPage.reading("/certs", "certificates of this workload", unused -> certs()),
        AdminPage.reading(
            "/explain", "why a request goes where it goes; ?url= or ?inbound=", explain::explain),
        AdminPage.reading(
            "/coverage", "libraries seen, and whether they are routed", unused -> coverage()),
        AdminPage.reading(
            "/unsupported", "configuration that is not in force; ?format=json", this::unsupported),
        AdminPage.reading("/stats/prometheus", "counters", unused -> prometheus()),
        AdminPage.changing("/logging", "?level=debug", this::logging),
        AdminPage.changing("/detach", "leaves the process to itself", detachment::detach));
  }

  /**
   * @param app pages that ask the app
   */
  List<AdminPage> telemetry(AppPages app) {
    List<AdminPage> pages = new ArrayList<>(app.probes());
    pages.add(app.metrics(this::counters));
    pages.add(
        AdminPage.reading("/healthz/ready", "200 once calls can be served", unused -> healthy()));
    return pages;
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
    return AdminResponse.json(
        now(client.configDump(request.query().containsKey("include_eds"), identity.get())));
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

  private AdminResponse healthy() {
    return mesh.serves()
        ? AdminResponse.text(200, "LIVE\n")
        : AdminResponse.text(503, "no configuration or no certificate yet\n");
  }

  private AdminResponse prometheus() {
    return new AdminResponse(200, "text/plain; version=0.0.4", counters());
  }

  private String counters() {
    return traffic.prometheus() + inbound.counters() + notInForce();
  }

  private String notInForce() {
    List<UnsupportedEntry> entries;
    try {
      entries = now(client.unsupported());
    } catch (IllegalStateException busy) {
      // Observing: the other counters are worth more than this one.
      return "";
    }
    StringBuilder out = new StringBuilder("# TYPE inmesh_unsupported gauge\n");
    for (Effect effect : List.of(Effect.DEGRADES, Effect.REFUSES)) {
      out.append("inmesh_unsupported{effect=\"")
          .append(effect.name().toLowerCase(Locale.ROOT))
          .append("\"} ")
          .append(entries.stream().filter(entry -> entry.effect() == effect).count())
          .append('\n');
    }
    return out.toString();
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
