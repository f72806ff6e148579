package io.inmesh.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as text. */
public final class Pem {
  private static final int LINE = 64;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String EC_KEY = "EC PRIVATE KEY";
  private static final String RSA_KEY = "RSA PRIVATE KEY";
  // AlgorithmIdentifiers that the older forms of keys leave to their header.
  private static final byte[] RSA =
      Der.sequence(Der.oid("1.2.840.113549.1.1.1"), new byte[] {5, 0});
  private static final byte[] P256 =
      Der.sequence(Der.oid("1.2.840.10045.2.1"), Der.oid("1.2.840.10045.3.1.7"));
  private static final int P384_BYTES = 48;
  private static final byte[] P384 =
      Der.sequence(Der.oid("1.2.840.10045.2.1"), Der.oid("1.3.132.0.34"));

  private Pem() {}

  /** Writes one block with a label, {@code CERTIFICATE REQUEST}. */
  public static String write(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /**
   * All certificates in a text, in their order; what else it holds is passed over.
   *
   * @throws IllegalArgumentException saying which one is broken
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals(CERTIFICATE)) {
        try {
          found.add(certificate(blocks.group(2)));
        } catch (CertificateException | IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "certificate " + (found.size() + 1) + " is broken: " + e.getMessage(), e);
        }
      }
    }
    return found;
  }

  private static X509Certificate certificate(String base64) throws CertificateException {
    byte[] der = Base64.getMimeDecoder().decode(base64);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /**
   * The private key in a text: PKCS#8, or the older forms of RSA and elliptic curves.
   *
   * @throws IllegalArgumentException where there is none that can be read
   */
  public static PrivateKey privateKey(String text) {
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      String label = blocks.group(1);
      if (label.endsWith("PRIVATE KEY")) {
        if (label.startsWith("ENCRYPTED") || blocks.group(2).contains("ENCRYPTED")) {
          throw new IllegalArgumentException("the private key is encrypted");
        }
        return privateKey(label, Base64.getMimeDecoder().decode(blocks.group(2)));
      }
    }
    throw new IllegalArgumentException("there is no private key in PEM form");
  }

  private static PrivateKey privateKey(String label, byte[] der) {
    switch (label) {
      case EC_KEY:
        return known(decode(wrapped(isOfP384(der) ? P384 : P256, der), "EC"), label);
      case RSA_KEY:
        return known(decode(wrapped(RSA, der), "RSA"), label);
      default:
        PrivateKey key = decode(der, "EC");
        return key != null ? key : known(decode(der, "RSA"), label);
    }
  }

  /** The number comes after the version 1, and is as long as its curve. */
  private static boolean isOfP384(byte[] der) {
    int at = 2 + (der.length > 1 && der[1] < 0 ? der[1] & 0x7f : 0) + 3;
    return der.length > at + 1 && der[at + 1] == P384_BYTES;
  }

  private static byte[] wrapped(byte[] algorithm, byte[] der) {
    return Der.sequence(Der.integer(0), algorithm, Der.octets(der));
  }

  private static PrivateKey known(@Nullable PrivateKey key, String label) {
    if (key == null) {
      throw new IllegalArgumentException("the " + label + " is neither of RSA nor of P-256, P-384");
    }
    return key;
  }

  private static @Nullable PrivateKey decode(byte[] der, String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " keys are not known to this JVM", e);
    }
  }
}
