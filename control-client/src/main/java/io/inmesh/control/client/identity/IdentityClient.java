package io.inmesh.control.client.identity;

import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.GrpcTransport;
import io.inmesh.tls.CertificateRequest;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the certificate of this workload: asks a certificate authority of Istio for it, renews it
 * at half of its life, and drops it when it has expired. A new key for each. Everything runs on the
 * transport's thread; the methods may be called by any.
 */
public final class IdentityClient implements IdentitySource {
  // Clocks of one mesh are not further apart; whose certificate begins later is asked anew.
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long LAST_BACK_OFF_MILLIS = 30_000;

  private final IdentitySettings settings;
  private final GrpcTransport transport;
  private final EventThread thread;
  private final InstantSource clock;
  private final LongSupplier random;
  private final ClientLog log;
  private final CurrentIdentity current;

  // All below: event thread.
  private @Nullable SigningCall running;
  private @Nullable GrpcStream stream;
  private @Nullable SigningCall early;
  private Instant next = Instant.MIN;
  private int failures;
  private int looks;
  private boolean closed;

  /**
   * @param random for jitter
   * @param listener hears of each new identity, and of none where it has expired; on the
   *     transport's thread
   */
  public IdentityClient(
      IdentitySettings settings,
      GrpcTransport transport,
      InstantSource clock,
      LongSupplier random,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    this.settings = settings;
    this.transport = transport;
    this.thread = transport.thread();
    this.clock = clock;
    this.random = random;
    this.log = log;
    this.current = new CurrentIdentity(thread, clock, listener, log);
  }

  @Override
  public void start() {
    thread.execute(this::look);
  }

  @Override
  public IdentityStatus status() {
    return current.status();
  }

  @Override
  public void close() {
    thread.execute(
        () -> {
          closed = true;
          current.forget();
          hangUp();
        });
  }

  /** What is due is done, and what comes next is scheduled. */
  private void look() {
    if (closed) {
      return;
    }
    Instant now = clock.instant();
    if (running == null && !now.isBefore(next)) {
      SigningCall held = early;
      early = null;
      if (held == null) {
        ask();
      } else {
        received(held);
      }
    }
    // The latest look alone has a successor.
    int mine = ++looks;
    thread.schedule(
        () -> {
          if (mine == looks) {
            look();
          }
        },
        sleep(now).toNanos());
  }

  private Duration sleep(Instant now) {
    Duration left = running == null ? Duration.between(now, next) : CurrentIdentity.LONGEST_SLEEP;
    Duration atLeast = left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    return atLeast.compareTo(CurrentIdentity.LONGEST_SLEEP) > 0
        ? CurrentIdentity.LONGEST_SLEEP
        : atLeast;
  }

  private void ask() {
    SigningCall call;
    try {
      call =
          new SigningCall(settings, CertificateRequest.of(settings.id()), roots(), this::answered);
    } catch (IOException | IllegalArgumentException e) {
      failed(String.valueOf(e.getMessage()));
      return;
    }
    running = call;
    stream = transport.open(SigningCall.METHOD, Map.of("clusterid", settings.clusterId()), call);
    call.over(stream);
    thread.schedule(() -> tooLate(call), ANSWER_NANOS);
  }

  private List<X509Certificate> roots() throws IOException {
    Path file = settings.rootCa();
    if (file == null || !Files.exists(file)) {
      return List.of();
    }
    try {
      return Pem.certificates(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IOException("root-ca " + file + ": " + e.getMessage(), e);
    }
  }

  private void tooLate(SigningCall call) {
    if (running == call) {
      hangUp();
      failed("no answer within " + TimeUnit.NANOSECONDS.toSeconds(ANSWER_NANOS) + " s");
      look();
    }
  }

  private void answered(SigningCall call) {
    if (running != call) {
      return;
    }
    hangUp();
    received(call);
    look();
  }

  private void received(SigningCall call) {
    Instant now = clock.instant();
    try {
      Identity identity = call.identity(now);
      failures = 0;
      next = identity.renewal(now, random.getAsLong());
      if (!identity.id().equals(settings.id())) {
        String shown = transport.credentials();
        log.warn(
            "asked for "
                + settings.id()
                + ", but this workload is "
                + identity.id()
                + (shown.isEmpty() ? "" : " (" + shown + ")"));
      }
      current.accept(identity, Optional.of(next));
    } catch (IllegalArgumentException e) {
      Instant from = call.validFrom();
      if (now.isBefore(from) && !now.plus(MOST_SKEW).isBefore(from)) {
        early = call;
        failed(String.valueOf(e.getMessage()), from);
      } else {
        failed(String.valueOf(e.getMessage()));
      }
    }
  }

  private void failed(String why) {
    long limit = Math.min(LAST_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS << Math.min(failures, 20));
    long wait = limit / 2 + Math.floorMod(random.getAsLong(), limit / 2 + 1);
    failed(why, clock.instant().plusMillis(wait));
  }

  private void failed(String why, Instant again) {
    failures++;
    next = again;
    current.failed(settings.id().toString(), why, again);
  }

  private void hangUp() {
    running = null;
    GrpcStream open = stream;
    stream = null;
    if (open != null) {
      open.cancel();
    }
  }
}
