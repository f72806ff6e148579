package io.inmesh.engine.cluster;

import io.inmesh.engine.net.TlsParameters;
import java.util.List;

/** What carries the bytes to an endpoint. */
public sealed interface TransportSocket {
  /** In clear. */
  record RawBuffer() implements TransportSocket {}

  /**
   * TLS.
   *
   * @param mesh whether own certificate and root are the workload's ({@code default}, {@code
   *     ROOTCA})
   * @param certificateSecret the name of the own certificate, or empty
   * @param validationSecret the name of the trusted roots; empty verifies nobody, as Envoy does
   */
  record Tls(
      boolean mesh,
      String sni,
      boolean autoSni,
      boolean autoSanValidation,
      List<String> alpn,
      List<SanMatcher> subjectAltNames,
      String certificateSecret,
      String validationSecret,
      TlsParameters parameters)
      implements TransportSocket {
    public Tls {
      alpn = List.copyOf(alpn);
      subjectAltNames = List.copyOf(subjectAltNames);
    }
  }

  /** One accepted name of the peer; the type is empty for "any type". */
  record SanMatcher(String type, io.inmesh.engine.match.StringMatcher matcher) {}

  /** Not supported: no connection is made. */
  record Unsupported(String fieldPath) implements TransportSocket {}
}
