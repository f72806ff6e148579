package io.inmesh.agent.config;

import java.net.URI;

/**
 * The control plane to connect to.
 *
 * @param xds {@code http://HOST:PORT} is plaintext, {@code https://HOST:PORT} is TLS
 * @param rootCa PEM file with the roots that the control plane's certificate must lead to
 * @param tokenFile file with the workload's bearer token, read again at each use
 */
public record ControlPlane(URI xds, String rootCa, String tokenFile) {
  static ControlPlane read(SettingsSource source) {
    String byDefault =
        source
            .environment("CA_ADDR")
            .map(a -> "https://" + a)
            .orElse("https://istiod.istio-system.svc:15012");
    return new ControlPlane(
        Settings.one(source, "xds", byDefault, ControlPlane::address),
        source.get("root-ca").orElse("/var/run/secrets/istio/root-cert.pem"),
        source.get("token-file").orElse("/var/run/secrets/tokens/istio-token"));
  }

  private static URI address(String value) {
    URI uri = URI.create(value);
    boolean scheme = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!scheme || uri.getHost() == null || uri.getPort() < 1) {
      throw new IllegalArgumentException("it is not http://HOST:PORT or https://HOST:PORT");
    }
    return uri;
  }
}
