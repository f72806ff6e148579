package io.inmesh.agent.identity;

import io.inmesh.agent.config.ControlPlane;
import io.inmesh.agent.config.Workload;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.identity.IdentityClient;
import io.inmesh.control.client.identity.IdentitySettings;
import io.inmesh.control.client.identity.IdentityStatus;
import io.inmesh.control.client.transport.ControlPlaneAddress;
import io.inmesh.control.client.transport.NettyTransport;
import io.inmesh.tls.Identity;
import io.inmesh.tls.SpiffeId;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The certificate of this workload, where somebody signs one. Thread-safe. */
public final class WorkloadIdentity implements Supplier<Optional<Identity>> {
  private volatile @Nullable IdentityClient client;

  /** Whether a certificate will be asked for: there are an authority and a service account. */
  public static boolean isExpected(ControlPlane controlPlane, Workload workload) {
    return controlPlane.ca().isPresent() && workload.serviceAccount().isPresent();
  }

  /**
   * Asks for it, if there is an authority and a service account; returns at once.
   *
   * @param transport of the control client, whose thread is shared
   * @param listener hears of each new identity, and of none where it has expired
   */
  public void start(
      ControlPlane controlPlane,
      Workload workload,
      NettyTransport transport,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    Optional<URI> authority = controlPlane.ca();
    if (authority.isEmpty()) {
      return;
    }
    if (workload.serviceAccount().isEmpty()) {
      log.info("no certificate is asked for: the setting service-account is missing");
      return;
    }
    SpiffeId id;
    try {
      id =
          SpiffeId.of(
              workload.trustDomain(), workload.namespace(), workload.serviceAccount().get());
    } catch (IllegalArgumentException e) {
      log.warn("no certificate is asked for: " + e.getMessage());
      return;
    }
    Path root = Path.of(controlPlane.rootCa());
    ControlPlaneAddress address =
        ControlPlaneAddress.parse(
            authority.get().toString(), root, Path.of(controlPlane.tokenFile()));
    NettyTransport authorityTransport = transport.to(address);
    IdentityClient made =
        new IdentityClient(
            new IdentitySettings(id, workload.clusterId(), root, controlPlane.certificateLife()),
            authorityTransport,
            InstantSource.system(),
            () -> ThreadLocalRandom.current().nextLong(),
            identity -> {
              transport.present(identity);
              authorityTransport.present(identity);
              listener.accept(identity);
            },
            log);
    client = made;
    made.start();
  }

  /** The identity of the moment. */
  @Override
  public Optional<Identity> get() {
    IdentityClient running = client;
    return running == null ? Optional.empty() : running.status().identity();
  }

  /** How it stands. */
  public IdentityStatus status() {
    IdentityClient running = client;
    return running == null ? IdentityStatus.NONE : running.status();
  }
}
