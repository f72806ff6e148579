package io.inmesh.agent.identity;

import io.inmesh.tls.Credentials;
import io.inmesh.tls.Secret;
import io.inmesh.tls.TrustBundle;
import java.util.Map;
import java.util.Optional;

/** The secrets that the control plane has sent. Thread-safe. */
public final class DeliveredSecrets implements Secrets {
  private volatile Map<String, Secret> all = Map.of();

  /** Puts these in place of those before; what is missing among them is gone. */
  public void replace(Map<String, Secret> secrets) {
    all = Map.copyOf(secrets);
  }

  /** Those in force, by name. */
  public Map<String, Secret> all() {
    return all;
  }

  @Override
  public Optional<Credentials> credentials(String name) {
    return all.getOrDefault(name, Secret.NONE).credentials();
  }

  @Override
  public Optional<TrustBundle> roots(String name) {
    return all.getOrDefault(name, Secret.NONE).roots();
  }
}
