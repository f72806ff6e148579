package io.inmesh.control.plane.ca;

import io.inmesh.tls.Credentials;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the secure port shows: signed by the authority of the moment, and made anew at half of its
 * life by the handshake that comes next. Thread-safe.
 */
final class ServingCertificate {
  private static final Duration LIFE = Duration.ofDays(365);

  /** At least so long it stays, be it that the authority ends soon or cannot sign. */
  private static final Duration LEAST_WAIT = Duration.ofMinutes(1);

  private final CertificateAuthority authority;
  private final List<String> names;
  private final InstantSource clock;
  private final Consumer<String> log;
  private volatile Credentials shown;
  private volatile Instant due;

  /**
   * @param names DNS names and ip literals
   */
  ServingCertificate(
      CertificateAuthority authority,
      Collection<String> names,
      InstantSource clock,
      Consumer<String> log)
      throws IOException {
    this.authority = authority;
    this.names = List.copyOf(names);
    this.clock = clock;
    this.log = log;
    shown = sign();
    due = half(clock.instant());
  }

  /** The one of now. */
  Credentials shown() {
    if (!clock.instant().isBefore(due)) {
      renewIfDue();
    }
    return shown;
  }

  /** Shows another one, since the authority is another. */
  synchronized void renew() throws IOException {
    shown = sign();
    due = half(clock.instant());
  }

  // Observing: the one that is shown is good for as long again.
  private synchronized void renewIfDue() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return;
    }
    due = now.plus(LEAST_WAIT);
    try {
      Credentials next = sign();
      if (!next.expires().isAfter(now)) {
        throw new IOException(
            "the authority's own certificate has expired on " + next.expires() + " (ca-cert.pem)");
      }
      shown = next;
      due = half(now);
      log.accept("the certificate of the secure port is renewed, until " + next.expires());
    } catch (IOException | RuntimeException e) {
      log.accept(
          "the certificate of the secure port cannot be renewed, the one until "
              + shown.expires()
              + " stays: "
              + e.getMessage());
    }
  }

  private Instant half(Instant now) {
    Duration half = Duration.between(now, shown.expires()).dividedBy(2);
    return now.plus(half.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : half);
  }

  private Credentials sign() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new Credentials(authority.serving(pair.getPublic(), names, LIFE), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IOException("the secure port has no certificate: " + e.getMessage(), e);
    }
  }
}
