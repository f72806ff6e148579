package io.inmesh.agent.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * The control plane to connect to.
 *
 * @param xds {@code http://HOST:PORT} is plaintext, {@code https://HOST:PORT} is TLS
 * @param ca who signs this workload's certificate; that of {@code xds} where it is TLS, else nobody
 * @param rootCa PEM file with the roots that the control plane's certificate must lead to
 * @param tokenFile file with the workload's bearer token, read again at each use
 * @param certificateLife asked for; the authority may give less
 * @param workloadApi endpoint of a SPIFFE Workload API, which takes the place of the authority
 */
public record ControlPlane(
    URI xds,
    Optional<URI> ca,
    String rootCa,
    String tokenFile,
    Duration certificateLife,
    Optional<String> workloadApi) {
  private static final String PLAINTEXT_PORT = ":15010";

  static ControlPlane read(SettingsSource source) {
    URI xds = address(source.get("xds", byDefault(source)));
    return new ControlPlane(
        xds,
        authority(source.get("ca", xds.getScheme().equals("https") ? xds.toString() : "off")),
        source.get("root-ca", "/var/run/secrets/istio/root-cert.pem").value(),
        source.get("token-file", "/var/run/secrets/tokens/istio-token").value(),
        life(source.get("certificate-life", "24h")),
        workloadApi(source));
  }

  /** Where the pod's environment says that it is. */
  private static String byDefault(SettingsSource source) {
    String host = source.environment("CA_ADDR").orElse("istiod.istio-system.svc:15012");
    Optional<String> proxy = source.environment("PROXY_CONFIG");
    if (proxy.isPresent()) {
      Object address = JsonReader.object("PROXY_CONFIG", proxy.get()).get("discoveryAddress");
      host = address == null ? host : address.toString();
    }
    return (host.endsWith(PLAINTEXT_PORT) ? "http://" : "https://") + host;
  }

  private static Optional<String> workloadApi(SettingsSource source) {
    String name = "spiffe-endpoint-socket";
    Setting setting =
        new Setting(name, source.getOrEnvironment(name, "SPIFFE_ENDPOINT_SOCKET").orElse("off"));
    if (setting.value().equals("off")) {
      return Optional.empty();
    }
    if (!setting.value().startsWith("unix:") && !setting.value().startsWith("tcp:")) {
      throw setting.refused("neither unix:///PATH, tcp://127.0.0.1:PORT nor off");
    }
    return Optional.of(setting.value());
  }

  private static Optional<URI> authority(Setting setting) {
    if (setting.value().equals("off")) {
      return Optional.empty();
    }
    URI uri = address(setting);
    if (!uri.getScheme().equals("https")) {
      throw setting.refused("neither https://HOST:PORT nor off: a token is not sent in clear");
    }
    return Optional.of(uri);
  }

  private static Duration life(Setting setting) {
    if (setting.duration().toSeconds() < 1) {
      throw setting.refused("less than a second");
    }
    return setting.duration();
  }

  private static URI address(Setting setting) {
    try {
      URI uri = new URI(setting.value());
      boolean scheme = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (scheme && uri.getHost() != null && uri.getPort() >= 1) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw setting.refused("no URI: " + e.getReason());
    }
    throw setting.refused("not http://HOST:PORT or https://HOST:PORT");
  }
}
