package io.inmesh.control.client.identity;

import io.inmesh.tls.Identity;
import java.time.Instant;
import java.util.Optional;

/**
 * How it stands with the identity.
 *
 * @param identity in force
 * @param nextRequest when the next certificate is asked for
 * @param problem why the last request failed; empty after a success
 */
public record IdentityStatus(
    Optional<Identity> identity, Optional<Instant> nextRequest, Optional<String> problem) {
  /** Nothing has been asked yet. */
  public static final IdentityStatus NONE =
      new IdentityStatus(Optional.empty(), Optional.empty(), Optional.empty());
}
