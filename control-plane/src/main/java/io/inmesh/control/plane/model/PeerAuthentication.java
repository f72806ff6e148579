package io.inmesh.control.plane.model;

import java.util.Map;

/**
 * Istio's PeerAuthentication.
 *
 * @param selector empty for the whole namespace, or for the mesh in the root namespace
 * @param ports modes by the workload's own port; count only with a selector
 */
public record PeerAuthentication(
    Meta meta, Map<String, String> selector, Mode mode, Map<Integer, Mode> ports)
    implements Resource {

  public PeerAuthentication {
    selector = Map.copyOf(selector);
    ports = Map.copyOf(ports);
  }

  /** Whether callers must, may or cannot use mutual TLS; UNSET is what the wider policy says. */
  public enum Mode {
    UNSET,
    DISABLE,
    PERMISSIVE,
    STRICT;

    /** This mode, or the wider one where this says nothing. */
    Mode within(Mode wider) {
      return this == UNSET ? wider : this;
    }
  }
}
