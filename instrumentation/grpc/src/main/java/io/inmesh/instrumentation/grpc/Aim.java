package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.inmesh.instrumentation.api.LabelledHost;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The endpoint that one attempt is for; travels in its call options to the load balancer. */
final class Aim {
  static final CallOptions.Key<@Nullable Aim> KEY =
      CallOptions.Key.create("io.inmesh.instrumentation.grpc.Aim");

  // Held, so that the mesh knows the label for as long as the attempt may have to connect.
  private final LabelledHost target;
  private final InetSocketAddress address;
  private final Consumer<CompletionStage<?>> connecting;
  private final Object lock = new Object();
  private int failuresBefore;
  private @Nullable LabelledSubchannel met;
  private @Nullable CompletableFuture<@Nullable Object> connected;
  private volatile boolean spent;

  /**
   * @param connecting hears, at most once, that the attempt waits for a connection; what it gets
   *     completes when there is one, or none
   */
  Aim(LabelledHost target, Consumer<CompletionStage<?>> connecting) {
    this.target = target;
    // Unresolved where TLS is due: without the hook that speaks it there is no connection at all.
    this.address =
        target.tls().isPresent()
            ? InetSocketAddress.createUnresolved(target.label(), target.address().getPort())
            : target.address();
    this.connecting = connecting;
  }

  LabelledHost target() {
    return target;
  }

  String label() {
    return target.label();
  }

  /** Where to connect, see {@link io.inmesh.instrumentation.api.Label}. */
  InetSocketAddress address() {
    return address;
  }

  /**
   * How often connecting had failed when this attempt first looked for a connection: what fails
   * later fails the attempt.
   */
  int failuresBefore(LabelledSubchannel subchannel, int now) {
    synchronized (lock) {
      if (met != subchannel) {
        met = subchannel;
        failuresBefore = now;
      }
      return failuresBefore;
    }
  }

  /** There is no connection yet. */
  void waits() {
    CompletableFuture<@Nullable Object> future;
    synchronized (lock) {
      if (connected != null) {
        return;
      }
      future = new CompletableFuture<>();
      connected = future;
    }
    connecting.accept(future);
  }

  /** There is a connection, or connecting has failed. */
  void settled() {
    CompletableFuture<@Nullable Object> future;
    synchronized (lock) {
      future = connected;
    }
    if (future != null) {
      future.complete(null);
    }
  }

  /** The server may have seen the request: the library must not send it once more by itself. */
  void spend() {
    spent = true;
  }

  boolean isSpent() {
    return spent;
  }
}
