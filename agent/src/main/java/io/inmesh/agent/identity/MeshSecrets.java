package io.inmesh.agent.identity;

import io.inmesh.control.client.SecretNames;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Identity;
import io.inmesh.tls.TrustBundle;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All secrets by name: {@code default} and {@code ROOTCA} are the workload's own identity, as they
 * are for a sidecar; names of files are files; the rest comes from the control plane. Thread-safe.
 */
public final class MeshSecrets implements Secrets {
  private final Supplier<Optional<Identity>> identity;
  private final FileSecrets files;
  private final Secrets delivered;

  /**
   * @param identity of the moment
   * @param delivered what the control plane has sent
   * @param problems gets a line for each file that cannot be used
   */
  public MeshSecrets(
      Supplier<Optional<Identity>> identity, Secrets delivered, Consumer<String> problems) {
    this.identity = identity;
    this.files = new FileSecrets(problems);
    this.delivered = delivered;
  }

  /** The identity of the moment, empty before the first certificate and after the last. */
  public Optional<Identity> identity() {
    return identity.get();
  }

  @Override
  public Optional<Credentials> credentials(String name) {
    if (name.equals(SecretNames.OWN)) {
      return identity.get().map(Identity::credentials);
    }
    return SecretNames.isFile(name) ? files.credentials(name) : delivered.credentials(name);
  }

  @Override
  public Optional<TrustBundle> roots(String name) {
    if (name.equals(SecretNames.ROOTS)) {
      return identity.get().map(Identity::trust);
    }
    return SecretNames.isFile(name) ? files.roots(name) : delivered.roots(name);
  }

  /**
   * What connections that use these two names are told apart by: it changes when they must not be
   * used any more, and stays when a certificate is renewed.
   */
  public String epoch(String certificate, String validation) {
    String own =
        certificate.equals(SecretNames.OWN)
            ? identity.get().map(now -> now.id().toString()).orElse("")
            : credentials(certificate)
                .map(now -> now.certificate().getSerialNumber().toString(16))
                .orElse("");
    return own + " " + roots(validation).map(TrustBundle::fingerprint).orElse("");
  }
}
