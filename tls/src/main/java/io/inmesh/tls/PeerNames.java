package io.inmesh.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whom a peer must be: Envoy's exact {@code match_typed_subject_alt_names}.
 *
 * @param allowed names of which the peer's certificate must hold one; none lets the chain alone
 *     decide, as in Envoy
 */
public record PeerNames(Set<String> allowed) implements Predicate<X509Certificate> {
  private static final int DNS = 2;
  private static final int URI = 6;

  public PeerNames {
    allowed = Set.copyOf(allowed);
  }

  /** Whether a certificate is that of the peer. */
  @Override
  public boolean test(X509Certificate certificate) {
    return allowed.isEmpty() || names(certificate).stream().anyMatch(allowed::contains);
  }

  /** The URIs and DNS names of a certificate; none where they cannot be read. */
  public static List<String> names(X509Certificate certificate) {
    List<String> found = new ArrayList<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        int type = (Integer) name.get(0);
        if (type == URI || type == DNS) {
          found.add((String) name.get(1));
        }
      }
    } catch (CertificateParsingException e) {
      // A name that cannot be read is nobody's: the check fails.
      return List.of();
    }
    return found;
  }
}
