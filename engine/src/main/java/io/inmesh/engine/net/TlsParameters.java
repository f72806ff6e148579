package io.inmesh.engine.net;

import java.util.List;

/**
 * How TLS is spoken, in the words of the JDK.
 *
 * @param versions the newest first
 * @param ciphers of TLS 1.2 in order of preference; empty leaves them to the implementation
 */
public record TlsParameters(List<String> versions, List<String> ciphers) {
  /** Envoy's versions, of which Istio allows the two newest. */
  public static final TlsParameters DEFAULT =
      new TlsParameters(List.of("TLSv1.3", "TLSv1.2"), List.of());

  public TlsParameters {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("no version of TLS is left");
    }
  }
}
