package io.inmesh.agent.identity;

import io.inmesh.tls.Credentials;
import io.inmesh.tls.TrustBundle;
import java.util.Optional;

/**
 * Where the certificates come from that the configuration names. Thread-safe; asked at each
 * handshake.
 */
public interface Secrets {
  /** The certificate of a name, or empty where it is not there. */
  Optional<Credentials> credentials(String name);

  /** The roots of a name, or empty where they are not there. */
  Optional<TrustBundle> roots(String name);
}
