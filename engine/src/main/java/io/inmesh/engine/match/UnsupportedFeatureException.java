package io.inmesh.engine.match;

/**
 * Configuration that Envoy accepts and this engine does not know. A decoder contains it where it
 * stands; every other IllegalArgumentException of a constructor is what Envoy rejects as well.
 */
public final class UnsupportedFeatureException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public UnsupportedFeatureException(String message) {
    super(message);
  }
}
