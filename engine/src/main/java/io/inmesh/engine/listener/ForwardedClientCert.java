package io.inmesh.engine.listener;

/**
 * What becomes of {@code x-forwarded-client-cert}, and what of the peer's certificate goes into it.
 *
 * @param subject whether its subject does
 * @param uri whether its URI names do
 * @param dns whether its DNS names do
 */
public record ForwardedClientCert(Mode mode, boolean subject, boolean uri, boolean dns) {
  /** Envoy's modes. */
  public enum Mode {
    /** The header is removed. */
    SANITIZE,
    /** It is kept where the peer has shown a certificate. */
    FORWARD_ONLY,
    /** An element for the peer is appended. */
    APPEND_FORWARD,
    /** An element for the peer is all. */
    SANITIZE_SET,
    /** It is kept. */
    ALWAYS_FORWARD_ONLY
  }

  /** Envoy's default. */
  public static final ForwardedClientCert SANITIZE =
      new ForwardedClientCert(Mode.SANITIZE, false, false, false);
}
