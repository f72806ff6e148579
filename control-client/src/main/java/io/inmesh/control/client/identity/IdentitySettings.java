package io.inmesh.control.client.identity;

import io.inmesh.tls.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for.
 *
 * @param id whom the request names; the certificate authority decides by the caller
 * @param clusterId Istio's name of the cluster, for the certificate authority
 * @param rootCa PEM file of roots that peers are trusted by beside those that the authority
 *     returns, read at each request; null for none
 * @param life of a certificate
 */
public record IdentitySettings(
    SpiffeId id, String clusterId, @Nullable Path rootCa, Duration life) {
  public IdentitySettings {
    if (life.toSeconds() < 1) {
      throw new IllegalArgumentException("a certificate must live for at least a second: " + life);
    }
  }
}
