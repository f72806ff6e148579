package io.inmesh.control.client.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;

/** Whether a certificate is good by the clock of this process. */
final class Validity {
  private Validity() {}

  /**
   * @throws IllegalArgumentException where it is not, saying that the clocks may be wrong
   */
  static void check(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant to = certificate.getNotAfter().toInstant();
    if (now.isBefore(from) || !now.isBefore(to)) {
      throw new IllegalArgumentException(
          "the certificate is valid from "
              + from
              + " to "
              + to
              + ", but here it is "
              + now
              + "; are the clocks right?");
    }
  }
}
