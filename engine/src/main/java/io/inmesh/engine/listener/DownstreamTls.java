package io.inmesh.engine.listener;

import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.net.TlsParameters;
import java.util.List;

/**
 * TLS that a filter chain terminates.
 *
 * @param mesh whether own certificate and roots are the workload's ({@code default}, {@code
 *     ROOTCA})
 * @param requireClientCertificate whether a client without a certificate is refused
 * @param alpn in order of preference
 * @param subjectAltNames of which a client's certificate must have one; empty lets the chain alone
 *     decide
 * @param certificateSecret the name of the own certificate
 * @param validationSecret the name of the roots that clients are trusted by, or empty
 */
public record DownstreamTls(
    boolean mesh,
    boolean requireClientCertificate,
    List<String> alpn,
    List<SanMatcher> subjectAltNames,
    String certificateSecret,
    String validationSecret,
    TlsParameters parameters) {
  public DownstreamTls {
    alpn = List.copyOf(alpn);
    subjectAltNames = List.copyOf(subjectAltNames);
  }
}
