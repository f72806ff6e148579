package io.inmesh.instrumentation.grpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** One try of a call, made by a call of the library's own. */
final class Attempt<A, B> extends ClientCall.Listener<B> {
  private final CallDriver<A, B> driver;
  private final int number;
  private final AttemptTracer tracer;
  private final Object lock = new Object();
  private @Nullable ClientCall<A, B> call;
  private @Nullable Throwable aborted;

  Attempt(CallDriver<A, B> driver, int number, AttemptTracer tracer) {
    this.driver = driver;
    this.number = number;
    this.tracer = tracer;
  }

  int number() {
    return number;
  }

  /** Whether the server has sent a status. */
  boolean hasTrailers() {
    return tracer.hasTrailers();
  }

  /** Sends it. */
  void start(ClientCall<A, B> made, Metadata headers) {
    made.start(this, headers);
    Throwable late;
    synchronized (lock) {
      call = made;
      late = aborted;
    }
    if (late != null) {
      made.cancel(late.getMessage(), late);
    }
  }

  /** Ends it, wherever it is. */
  void abort(Throwable cause) {
    ClientCall<A, B> running;
    synchronized (lock) {
      if (aborted != null) {
        return;
      }
      aborted = cause;
      running = call;
    }
    if (running != null) {
      running.cancel(cause.getMessage(), cause);
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    driver.headers(this, headers);
  }

  @Override
  public void onMessage(B message) {
    driver.message(this, message);
  }

  @Override
  public void onReady() {
    driver.ready(this);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    driver.closed(this, status, trailers);
  }
}
