package io.inmesh.agent.identity;

import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.instrumentation.api.SanCheck;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which server name a host is sent, and which names its certificate must have, by Envoy's rules.
 *
 * @param sent SNI, or empty
 * @param checks that a certificate has to pass, each of them
 */
record UpstreamNames(String sent, List<SanCheck> checks) implements Predicate<X509Certificate> {
  UpstreamNames {
    checks = List.copyOf(checks);
  }

  /**
   * @param hostname of the host, or empty
   * @param called by the request, without port; empty unless {@link #goByRequest}
   */
  static UpstreamNames of(TransportSocket.Tls tls, String hostname, String called) {
    String sent = sent(tls, hostname, called);
    SanCheck configured = new SanCheck(tls.subjectAltNames());
    if (tls.names().autoSanValidation()) {
      return new UpstreamNames(sent, List.of(configured, only("", unbracketed(called))));
    }
    boolean bySent = tls.names().autoSniSanValidation() && !sent.isEmpty();
    return new UpstreamNames(sent, List.of(bySent ? only("DNS", sent) : configured));
  }

  /** Whether they depend on the request that a connection is made for. */
  static boolean goByRequest(TransportSocket.Tls tls) {
    return tls.names().autoSni() || tls.names().autoSanValidation();
  }

  private static String sent(TransportSocket.Tls tls, String hostname, String called) {
    if (tls.names().autoSni() && isName(called)) {
      return called;
    }
    boolean ofHost = tls.names().autoHostSni() && !hostname.isEmpty() && isName(hostname);
    return ofHost ? hostname : tls.sni();
  }

  private static SanCheck only(String type, String name) {
    return new SanCheck(List.of(new SanMatcher(type, new StringMatcher.Exact(name, false))));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Whether it can be sent as a server name, which an address cannot. */
  private static boolean isName(String host) {
    return IpAddress.parse(unbracketed(host)) == null;
  }

  @Override
  public boolean test(X509Certificate certificate) {
    for (SanCheck check : checks) {
      if (!check.test(certificate)) {
        return false;
      }
    }
    return true;
  }
}
