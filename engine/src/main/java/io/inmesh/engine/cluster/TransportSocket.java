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
   * @param names what goes by names that are not configured
   * @param certificateSecret the name of the own certificate, or empty
   * @param validationSecret the name of the trusted roots; empty verifies nobody, as Envoy does
   */
  record Tls(
      boolean mesh,
      String sni,
      AutoNames names,
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

  /**
   * What of TLS goes by the names of the call and of the host. The first two are about the
   * authority of a request, the others about a host, where the authority says nothing.
   *
   * @param autoSni whether the authority is sent as the server name
   * @param autoSanValidation whether the certificate has to name the authority too
   * @param autoHostSni whether the host's name is sent as the server name
   * @param autoSniSanValidation whether the certificate has to name what is sent, and nothing else
   */
  record AutoNames(
      boolean autoSni,
      boolean autoSanValidation,
      boolean autoHostSni,
      boolean autoSniSanValidation) {
    /** None of it. */
    public static final AutoNames NONE = new AutoNames(false, false, false, false);
  }

  /** One accepted name of the peer; the type is empty for "any type". */
  record SanMatcher(String type, io.inmesh.engine.match.StringMatcher matcher) {}

  /** Not supported: no connection is made. */
  record Unsupported(String fieldPath) implements TransportSocket {}
}
