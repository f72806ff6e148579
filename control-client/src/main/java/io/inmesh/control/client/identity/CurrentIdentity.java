package io.inmesh.control.client.identity;

import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.transport.EventThread;
import io.inmesh.tls.Identity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The identity in force, which is dropped the moment it expires. Lives on the event thread, but for
 * the status.
 */
final class CurrentIdentity {
  // A look at the wall clock now and then, for it may be set.
  static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

  private final EventThread thread;
  private final InstantSource clock;
  private final Consumer<Optional<Identity>> listener;
  private final ClientLog log;
  private volatile IdentityStatus status = IdentityStatus.NONE;
  private int looks;

  /**
   * @param listener hears of each new identity, and of none where it has expired
   */
  CurrentIdentity(
      EventThread thread,
      InstantSource clock,
      Consumer<Optional<Identity>> listener,
      ClientLog log) {
    this.thread = thread;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
  }

  IdentityStatus status() {
    return status;
  }

  /**
   * Puts an identity in force.
   *
   * @param next when the next one is asked for, empty where it comes unasked
   */
  void accept(Identity identity, Optional<Instant> next) {
    status = new IdentityStatus(Optional.of(identity), next, Optional.empty());
    log.debug("certificate: " + identity);
    listener.accept(Optional.of(identity));
    look();
  }

  /**
   * The one in force stays, as long as it is good.
   *
   * @param whom it was asked for
   * @param next when it is asked for again
   */
  void failed(String whom, String why, Instant next) {
    if (!status.problem().equals(Optional.of(why))) {
      log.warn(
          "no certificate for "
              + whom
              + ": "
              + why
              + status
                  .identity()
                  .map(current -> "; the one until " + current.expires() + " stays")
                  .orElse(""));
    }
    status = new IdentityStatus(status.identity(), Optional.of(next), Optional.of(why));
  }

  /** Nobody is told any more. */
  void forget() {
    looks++;
  }

  private void look() {
    Optional<Identity> current = status.identity();
    if (current.isEmpty()) {
      return;
    }
    Duration left = Duration.between(clock.instant(), current.get().expires());
    if (left.isNegative() || left.isZero()) {
      log.warn(
          "the certificate of "
              + current.get().id()
              + " has expired; connections that need it are refused until a new one comes");
      status = new IdentityStatus(Optional.empty(), status.nextRequest(), status.problem());
      listener.accept(Optional.empty());
      return;
    }
    // The latest look alone has a successor.
    int mine = ++looks;
    Duration sleep = left.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : left;
    thread.schedule(
        () -> {
          if (mine == looks) {
            look();
          }
        },
        Math.max(sleep.toNanos(), Duration.ofMillis(1).toNanos()));
  }
}
