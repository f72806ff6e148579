package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.ExternalAuthorizer;
import io.inmesh.control.plane.model.ExternalAuthorizer.Body;
import io.inmesh.control.plane.model.ExternalAuthorizer.Http;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads MeshConfig's extension providers; of their kinds, external authorizers are used. */
final class ExtensionProviderReader {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private ExtensionProviderReader() {}

  /** The authorizers by name. */
  static Map<String, ExternalAuthorizer> authorizers(Fields mesh) {
    Map<String, ExternalAuthorizer> out = new LinkedHashMap<>();
    for (Optional<ExternalAuthorizer> provider :
        mesh.list("extensionProviders", ExtensionProviderReader::provider)) {
      provider.ifPresent(
          authorizer -> {
            if (out.putIfAbsent(authorizer.name(), authorizer) != null) {
              mesh.error("extensionProviders", authorizer.name() + " is written twice");
            }
          });
    }
    return Map.copyOf(out);
  }

  private static Optional<ExternalAuthorizer> provider(Fields fields) {
    String name = fields.requiredString("name");
    ExternalAuthorizer http = fields.object("envoyExtAuthzHttp", f -> authorizer(f, name, true));
    ExternalAuthorizer grpc = fields.object("envoyExtAuthzGrpc", f -> authorizer(f, name, false));
    fields.notUsedYet(
        "zipkin",
        "lightstep",
        "datadog",
        "stackdriver",
        "opencensus",
        "skywalking",
        "opentelemetry",
        "prometheus",
        "envoyFileAccessLog",
        "envoyHttpAls",
        "envoyTcpAls",
        "envoyOtelAls",
        "sds");
    return Optional.ofNullable(http != null ? http : grpc);
  }

  private static ExternalAuthorizer authorizer(Fields fields, String name, boolean http) {
    if (!fields.has("port")) {
      fields.error("port", "is required");
    }
    fields.notUsedYet("clearRouteCache");
    Duration timeout = fields.duration("timeout");
    return new ExternalAuthorizer(
        name,
        fields.requiredString("service"),
        fields.integer("port", 0, 1, 65535),
        timeout == null ? TIMEOUT : timeout,
        fields.bool("failOpen", false),
        fields.integer("statusOnError", 0, 200, 599),
        http ? http(fields) : null,
        body(fields));
  }

  private static Http http(Fields fields) {
    String prefix = fields.string("pathPrefix");
    if (!prefix.isEmpty() && !prefix.startsWith("/")) {
      fields.error("pathPrefix", "must begin with /");
    }
    List<String> older = headers(fields, "includeHeadersInCheck");
    List<String> inCheck = headers(fields, "includeRequestHeadersInCheck");
    return new Http(
        prefix,
        inCheck.isEmpty() ? older : inCheck,
        fields.stringMap("includeAdditionalHeadersInCheck"),
        headers(fields, "headersToUpstreamOnAllow"),
        headers(fields, "headersToDownstreamOnAllow"),
        headers(fields, "headersToDownstreamOnDeny"));
  }

  private static List<String> headers(Fields fields, String name) {
    List<String> names = fields.strings(name);
    if (names.contains("*")) {
      fields.error(name, "a lone star is not supported; give a prefix or a suffix");
    }
    return names;
  }

  private static @Nullable Body body(Fields fields) {
    return fields.object(
        "includeRequestBodyInCheck",
        b ->
            new Body(
                b.integer("maxRequestBytes", 0, 0, Integer.MAX_VALUE),
                b.bool("allowPartialMessage", false),
                b.bool("packAsBytes", false)));
  }
}
