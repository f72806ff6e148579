package io.inmesh.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Which protocol versions and ciphers are spoken, in the names of the JDK.
 *
 * @param versions the newest first
 * @param ciphers of TLS 1.2 in order of preference; empty means Istio's
 */
public record TlsVersions(List<String> versions, List<String> ciphers) {
  // Envoy lets nobody choose these; AES-128 first, as BoringSSL where the processor has AES.
  private static final List<String> OF_13 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> OF_ISTIO =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384");

  /** TLS 1.2 and 1.3 with Istio's ciphers. */
  public static final TlsVersions ISTIO = new TlsVersions(List.of("TLSv1.3", "TLSv1.2"), List.of());

  public TlsVersions {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("no version of TLS is left");
    }
  }

  /** Parameters with these versions and those of the ciphers that this JVM has. */
  SSLParameters parameters(SSLContext context) {
    List<String> usable = new ArrayList<>(OF_13);
    usable.addAll(ciphers.isEmpty() ? OF_ISTIO : ciphers);
    usable.retainAll(Arrays.asList(context.getSupportedSSLParameters().getCipherSuites()));
    SSLParameters parameters =
        new SSLParameters(usable.toArray(new String[0]), versions.toArray(new String[0]));
    parameters.setUseCipherSuitesOrder(true);
    return parameters;
  }
}
