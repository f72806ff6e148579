package io.inmesh.control.plane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.inmesh.control.plane.ads.AdsMetrics;
import io.inmesh.control.plane.ads.ClientStatus;
import io.inmesh.control.plane.config.Problem;
import io.inmesh.control.plane.generate.ResourceType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Debug endpoints and metrics over HTTP: {@code /ready}, {@code /metrics}, {@code /debug/...}. */
final class MonitoringServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final ControlPlane plane;
  private final HttpServer server;
  private final ExecutorService executor;

  MonitoringServer(InetSocketAddress address, ControlPlane plane) throws IOException {
    this.plane = plane;
    this.server = HttpServer.create(address, 0);
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "inmesh-monitoring");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    get("/ready", query -> Answer.text(200, "ok\n"));
    get("/metrics", query -> Answer.text(200, metrics()));
    get("/debug/registryz", query -> Answer.json(DebugJson.registry(plane)));
    get("/debug/syncz", query -> Answer.json(DebugJson.sync(plane)));
    get("/debug/configz", query -> Answer.json(DebugJson.problems(plane)));
    get("/debug/config_dump", this::configDump);
    server.start();
  }

  private record Answer(int status, String type, String body) {
    static Answer text(int status, String body) {
      return new Answer(status, TEXT, body);
    }

    static Answer json(String body) {
      return new Answer(200, JSON, body);
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void get(String path, Function<String, Answer> handler) {
    server.createContext(
        path,
        exchange -> {
          Answer answer;
          if (!exchange.getRequestURI().getPath().equals(path)) {
            answer = Answer.text(404, "not found\n");
          } else if (!exchange.getRequestMethod().equals("GET")) {
            answer = Answer.text(405, "only GET\n");
          } else {
            answer = answer(handler, exchange.getRequestURI().getRawQuery());
          }
          send(exchange, answer);
        });
  }

  private static Answer answer(
      Function<String, Answer> handler, @org.jspecify.annotations.Nullable String query) {
    try {
      return handler.apply(query == null ? "" : query);
    } catch (RuntimeException e) {
      return Answer.text(500, e + "\n");
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type);
    exchange.sendResponseHeaders(answer.status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private Answer configDump(String query) {
    String wanted = "";
    for (String part : query.split("&")) {
      if (part.startsWith("proxyID=")) {
        wanted = URLDecoder.decode(part.substring("proxyID=".length()), StandardCharsets.UTF_8);
      }
    }
    for (ClientStatus client : plane.ads().clients()) {
      if (client.node().proxyId().equals(wanted)) {
        return Answer.json(
            ConfigDumps.json(
                plane.ads().snapshot().configs().of(client.node()),
                plane.ads().snapshot().version()));
      }
    }
    return Answer.text(
        404, "no connected client is \"" + wanted + "\"; ask with ?proxyID=NAME.NAMESPACE\n");
  }

  private String metrics() {
    AdsMetrics ads = plane.ads().metrics();
    StringBuilder out = new StringBuilder();
    header(out, "pilot_xds", "gauge", "Connected ADS clients.");
    out.append("pilot_xds ").append(plane.ads().clients().size()).append('\n');
    header(out, "pilot_xds_pushes", "counter", "Responses sent, by type.");
    for (ResourceType type : ResourceType.values()) {
      sample(out, "pilot_xds_pushes", type, ads.pushes(type));
    }
    header(out, "pilot_total_xds_rejects", "counter", "Responses that clients refused, by type.");
    for (ResourceType type : ResourceType.values()) {
      sample(out, "pilot_total_xds_rejects", type, ads.rejects(type));
    }
    header(out, "pilot_xds_push_time", "summary", "Seconds to bring one client up to date.");
    out.append("pilot_xds_push_time_sum ").append(ads.pushSeconds()).append('\n');
    out.append("pilot_xds_push_time_count ").append(ads.pushCount()).append('\n');
    header(out, "inmesh_config_problems", "gauge", "Problems in the configuration, by severity.");
    for (Problem.Severity severity : Problem.Severity.values()) {
      long count =
          plane.problems().stream().filter(problem -> problem.severity() == severity).count();
      out.append("inmesh_config_problems{severity=\"")
          .append(severity.name().toLowerCase(Locale.ROOT))
          .append("\"} ")
          .append(count)
          .append('\n');
    }
    header(out, "inmesh_config_loads", "counter", "How often the configuration was read.");
    out.append("inmesh_config_loads ").append(plane.reloads()).append('\n');
    return out.toString();
  }

  private static void header(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void sample(StringBuilder out, String name, ResourceType type, long value) {
    out.append(name)
        .append("{type=\"")
        .append(type.name().toLowerCase(Locale.ROOT))
        .append("\"} ")
        .append(value)
        .append('\n');
  }
}
