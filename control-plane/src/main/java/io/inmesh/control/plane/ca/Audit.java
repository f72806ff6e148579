package io.inmesh.control.plane.ca;

import io.inmesh.tls.Identity;
import io.inmesh.tls.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says of each certificate that it was issued, or refused and why: one line each, whatever
 * strangers have written into what is quoted. Thread-safe.
 */
final class Audit {
  private static final int LONGEST_REASON = 500;

  private final Consumer<String> log;

  Audit(Consumer<String> log) {
    this.log = log;
  }

  /**
   * A certificate was issued.
   *
   * @param to the address of the caller
   */
  void issued(SpiffeId id, String to, Instant until) {
    log.accept("certificate for " + id + " to " + to + " until " + until);
  }

  /**
   * None was issued.
   *
   * @param id of the caller, as far as it is known
   * @param to the address of the caller
   */
  void refused(@Nullable SpiffeId id, String to, String why) {
    log.accept(
        "certificate refused"
            + (id == null ? "" : " for " + id)
            + " to "
            + to
            + ": "
            + oneLine(why));
  }

  /** A caller showed a certificate that is not good, and has no connection. */
  void connectionRefused(X509Certificate shown, String why) {
    SpiffeId id = Identity.spiffeId(shown);
    log.accept(
        "connection refused to the client certificate of "
            + (id == null ? oneLine(shown.getSubjectX500Principal().toString()) : id)
            + " (serial "
            + shown.getSerialNumber().toString(16)
            + ", until "
            + shown.getNotAfter().toInstant()
            + "): "
            + oneLine(why));
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\u2028\u2029\u0085]", " ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
