package io.inmesh.agent.identity;

import io.inmesh.agent.config.ControlPlane;
import io.inmesh.agent.config.Workload;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.identity.IdentityClient;
import io.inmesh.control.client.identity.IdentitySettings;
import io.inmesh.control.client.identity.IdentitySource;
import io.inmesh.control.client.identity.IdentityStatus;
import io.inmesh.control.client.identity.WorkloadApiClient;
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
  private volatile @Nullable IdentitySource source;

  /** Whether there is somebody to ask for a certificate, and what to ask for. */
  public static boolean isExpected(ControlPlane controlPlane, Workload workload) {
    return controlPlane.workloadApi().isPresent()
        || (controlPlane.ca().isPresent() && workload.serviceAccount().isPresent());
  }

  /**
   * Asks for it: the SPIFFE Workload API where there is one, else the authority if there are one
   * and a service account; returns at once.
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
    try {
      IdentitySource made =
          controlPlane.workloadApi().isPresent()
              ? workloadApi(controlPlane.workloadApi().get(), transport, listener, log)
              : authority(controlPlane, workload, transport, listener, log);
      if (made != null) {
        source = made;
        made.start();
      }
    } catch (IllegalArgumentException e) {
      log.warn("no certificate is asked for: " + e.getMessage());
    }
  }

  private static IdentitySource workloadApi(
      String endpoint,
      NettyTransport transport,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    return new WorkloadApiClient(
        transport.to(ControlPlaneAddress.workloadApi(endpoint), "the Workload API"),
        InstantSource.system(),
        identity -> {
          transport.present(identity);
          listener.accept(identity);
        },
        log);
  }

  private static @Nullable IdentitySource authority(
      ControlPlane controlPlane,
      Workload workload,
      NettyTransport transport,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    Optional<URI> authority = controlPlane.ca();
    if (authority.isEmpty()) {
      return null;
    }
    if (workload.serviceAccount().isEmpty()) {
      log.info("no certificate is asked for: the setting service-account is missing");
      return null;
    }
    SpiffeId id =
        SpiffeId.of(workload.trustDomain(), workload.namespace(), workload.serviceAccount().get());
    Path root = Path.of(controlPlane.rootCa());
    NettyTransport authorityTransport =
        transport.to(
            ControlPlaneAddress.parse(
                authority.get().toString(), root, Path.of(controlPlane.tokenFile())));
    return new IdentityClient(
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
  }

  /** The identity of the moment. */
  @Override
  public Optional<Identity> get() {
    IdentitySource running = source;
    return running == null ? Optional.empty() : running.status().identity();
  }

  /** Renews it no more; it can be shown until it expires. */
  public void stop() {
    IdentitySource running = source;
    if (running != null) {
      running.close();
    }
  }

  /** How it stands. */
  public IdentityStatus status() {
    IdentitySource running = source;
    return running == null ? IdentityStatus.NONE : running.status();
  }
}
