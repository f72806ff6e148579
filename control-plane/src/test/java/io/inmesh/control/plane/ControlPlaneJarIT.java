package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.inmesh.control.plane.generate.ResourceType;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that people run: it holds every class that it needs. */
class ControlPlaneJarIT {
  private static final Pattern READY =
      Pattern.compile("inmesh control plane ready xds=(\\S+) monitoring=(\\S+)");

  @TempDir Path folder = Path.of("");

  private Process start(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            System.getProperty("inmesh.jar"));
    builder.command().addAll(java.util.List.of(arguments));
    return builder.redirectErrorStream(true).start();
  }

  @Test
  void servesEveryTypeAndEndsOnSigterm() throws Exception {
    Shop.write(folder);
    Shop.write(
        folder.resolve("vendor.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: vendor, namespace: shop}
        spec:
          hosts: [api.vendor.example]
          resolution: DNS
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}, {number: 443, name: tls, protocol: TLS}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: vendor, namespace: shop}
        spec:
          host: api.vendor.example
          trafficPolicy: {tls: {mode: SIMPLE}, loadBalancer: {consistentHash: {httpHeaderName: x}}}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: vendor, namespace: shop}
        spec:
          hosts: [api.vendor.example]
          http:
          - route: [{destination: {host: api.vendor.example}}]
            fault: {abort: {httpStatus: 503, percentage: {value: 1}}}
            corsPolicy: {allowOrigins: [{exact: "https://a.example"}]}
            retries: {attempts: 2, retryOn: 5xx, retryRemoteLocalities: true}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: templates, namespace: shop}
        spec: {rules: [{to: [{operation: {paths: ["/items/{*}"]}}]}]}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: vendor, namespace: shop}
        spec: {jwtRules: [{issuer: vendor, jwksUri: "http://api.vendor.example/keys"}]}
        """);
    Process process =
        start("--config", folder.toString(), "--xds", "127.0.0.1:0", "--monitoring", "127.0.0.1:0");
    try {
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      Matcher ready = READY.matcher("");
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (ready.reset(line).matches()) {
          break;
        }
      }
      HostPort xds = HostPort.parse(ready.group(1));
      try (var client = AdsClient.delta(xds)) {
        for (ResourceType type : ResourceType.values()) {
          DeltaDiscoveryRequest.Builder request =
              DeltaDiscoveryRequest.newBuilder()
                  .setNode(AdsClient.node("127.0.0.1", "catalog-v1", "shop", Map.of()))
                  .setTypeUrl(type.url());
          if (type == ResourceType.EDS) {
            request.addResourceNamesSubscribe("outbound|8080||" + Shop.CATALOG);
          } else if (type == ResourceType.RDS) {
            request.addResourceNamesSubscribe("80").addResourceNamesSubscribe("8080");
          }
          client.send(request.build());
          assertThat(client.next().getResourcesCount()).isPositive();
        }
        URI dump =
            URI.create("http://" + ready.group(2) + "/debug/config_dump?proxyID=catalog-v1.shop");
        assertThat(
                HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(dump).build(), BodyHandlers.ofString())
                    .statusCode())
            .isEqualTo(200);
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.hasEnded()).isTrue();
        assertThat(client.error()).isNull();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void saysWhatItTakesAndWhatIsWrong() throws Exception {
    Process help = start("--help");
    assertThat(new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("--config", "--mesh-config", "--xds", "--monitoring")
        .contains("--secure", "--ca-dir", "--jwt-rule", "--tokens")
        .doesNotContain("--webhooks");
    Process wrong = start("--config", folder.resolve("nowhere").toString());
    assertThat(new String(wrong.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("nowhere is not a directory; --config names a folder");
    assertThat(wrong.waitFor()).isEqualTo(2);
  }
}
