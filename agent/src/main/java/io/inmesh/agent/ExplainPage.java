package io.inmesh.agent;

import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.agent.admin.Json;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.trace.Trace;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /explain?url=URL[&method=M][&header=k:v …][&format=json]}: why a request goes where it
 * goes.
 */
final class ExplainPage {
  private final MeshRuntime mesh;

  ExplainPage(MeshRuntime mesh) {
    this.mesh = mesh;
  }

  AdminResponse explain(AdminRequest request) {
    String url =
        request
            .parameter("url")
            .orElseThrow(
                () ->
                    new IllegalArgumentException("say which: /explain?url=http://host:port/path"));
    AskedHead head =
        AskedHead.of(url, request.parameter("method").orElse("GET"), request.parameters("header"));
    Trace trace = Trace.recording();
    Decision decision = mesh.decide(head, trace);
    if (request.parameter("format").filter("json"::equals).isPresent()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("request", head.method() + " " + url);
      answer.put("decision", verdict(decision));
      answer.put("trace", trace.toMaps());
      return AdminResponse.json(Json.write(answer));
    }
    return AdminResponse.text(
        200,
        String.format(
            "%s %s%n%n%s%n=> %s%n",
            head.method(), url, trace.toText().stripTrailing(), verdict(decision)));
  }

  private static String verdict(Decision decision) {
    if (decision instanceof RouteDecision route) {
      return "cluster " + route.clusterName();
    }
    if (decision instanceof Decision.TcpRoute tcp) {
      return "cluster " + tcp.clusterName() + ", L4: the app's own TLS stays";
    }
    if (decision instanceof LocalReply reply) {
      return "answered by the mesh: "
          + reply.status()
          + " "
          + reply.flagText()
          + " "
          + reply.details();
    }
    if (decision instanceof Decision.Passthrough pass) {
      return "passed through untouched: "
          + pass.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    if (decision instanceof Decision.Refusal refusal) {
      return "refused, the connection is closed: " + refusal.reason();
    }
    return "waits for " + ((Decision.Pending) decision).need();
  }

  /** The request that is asked about. */
  private record AskedHead(URI uri, String method, Map<String, String> headers)
      implements RequestHead {
    static AskedHead of(String url, String method, Iterable<String> headerLines) {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null) {
        throw new IllegalArgumentException("'" + url + "' is not http://host[:port]/path");
      }
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line : headerLines) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
          throw new IllegalArgumentException("header '" + line + "' is not name:value");
        }
        headers.merge(
            line.substring(0, colon).trim().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).trim(),
            (a, b) -> a + "," + b);
      }
      return new AskedHead(uri, method.toUpperCase(Locale.ROOT), headers);
    }

    @Override
    public String scheme() {
      return uri.getScheme();
    }

    @Override
    public String host() {
      return uri.getHost();
    }

    @Override
    public int port() {
      return uri.getPort() >= 0 ? uri.getPort() : scheme().equals("https") ? 443 : 80;
    }

    @Override
    public String authority() {
      String own = headers.get("host");
      return own != null ? own : uri.getRawAuthority();
    }

    @Override
    public String path() {
      String path = uri.getRawPath();
      return path == null || path.isEmpty() ? "/" : path;
    }

    @Override
    public @Nullable String query() {
      return uri.getRawQuery();
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
      return headers.get(lowerCaseName);
    }
  }
}
