package io.inmesh.cli.demo;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What somebody outside of the mesh finds at the services' ports, again and again. */
final class LiveOutside implements AutoCloseable {
  private static final int EVERY_SECONDS = 2;

  private final Stranger stranger;
  private final CertificateWatch certificates;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "stranger");
            thread.setDaemon(true);
            return thread;
          });

  LiveOutside(ShopMesh mesh) {
    this.stranger = new Stranger(mesh.port(ShopService.CATALOG_V1));
    this.certificates = new CertificateWatch(mesh);
    ScheduledFuture<?> unused =
        pace.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    asked.incrementAndGet();
    if (stranger.ask("/items", "stranger").isEmpty()) {
      closed.incrementAndGet();
    }
    certificates.look();
  }

  /** A line about requests in clear. */
  String plaintext() {
    return String.format(
        "  stranger   plain HTTP at catalog's own port: hung up on %d of %d times",
        closed.get(), asked.get());
  }

  /** A line about the certificates that are shown. */
  String renewals() {
    return String.format(
        "  renewal    certificates live %d s; %d of %d services show one, renewed %d times so far",
        ShopMesh.CERTIFICATE_LIFE.toSeconds(),
        certificates.showing(1),
        ShopService.values().length,
        certificates.renewals());
  }

  @Override
  public void close() {
    pace.shutdownNow();
  }
}
