package io.inmesh.tls;

import java.util.Optional;

/**
 * What stands under one name: a certificate with its key, or roots.
 *
 * @param credentials what is shown
 * @param roots whom peers are trusted by
 */
public record Secret(Optional<Credentials> credentials, Optional<TrustBundle> roots) {
  /** One that cannot be used. */
  public static final Secret NONE = new Secret(Optional.empty(), Optional.empty());

  public static Secret of(Credentials credentials) {
    return new Secret(Optional.of(credentials), Optional.empty());
  }

  public static Secret of(TrustBundle roots) {
    return new Secret(Optional.empty(), Optional.of(roots));
  }
}
