package io.inmesh.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/**
 * The roots that peers are trusted by. Equal if the same roots are in it, in whatever order.
 *
 * @param roots each once
 * @param fingerprint of all of them
 */
public record TrustBundle(List<X509Certificate> roots, String fingerprint) {
  public TrustBundle {
    roots = List.copyOf(roots);
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("a trust bundle without roots trusts nobody");
    }
  }

  /** Of these roots; one that is named again counts once. */
  public static TrustBundle of(List<X509Certificate> roots) {
    try {
      TreeSet<String> prints = new TreeSet<>();
      for (X509Certificate root : roots) {
        prints.add(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(root.getEncoded())));
      }
      return new TrustBundle(List.copyOf(new LinkedHashSet<>(roots)), String.join(",", prints));
    } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("a root cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustBundle bundle && bundle.fingerprint.equals(fingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }
}
