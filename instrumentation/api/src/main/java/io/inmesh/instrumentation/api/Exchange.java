package io.inmesh.instrumentation.api;

import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The record of one request, from its decision to the last byte. Telemetry, outlier detection and
 * circuit breakers listen to it and to nothing else. It ends exactly once, whatever becomes of the
 * request. Thread-safe.
 */
public final class Exchange {
  /** How a request ended. */
  public enum End {
    /** The app has read the response to its end. */
    COMPLETE,
    /** Envoy's answer was given in place of an upstream response. */
    LOCAL_REPLY,
    /** The library follows a redirect or answers a challenge: another request takes over. */
    FOLLOWED,
    /** The app, or its own deadline, called it off. */
    CANCELLED,
    /**
     * The connection broke after the response head, or the library failed in a way the mesh does
     * not own.
     */
    FAILED,
    /** The app let go of the response without reading or closing it. */
    ABANDONED
  }

  /** Hears of ends. Called on whatever thread ended the exchange; must neither block nor throw. */
  @FunctionalInterface
  public interface Listener {
    /** Called once for each exchange. */
    void ended(Exchange exchange, End end);
  }

  private final RouteDecision decision;
  private final RequestFlow flow;
  private final String module;
  private final long startNanos;
  private final Listener listener;
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicLong responseBytes = new AtomicLong();

  /**
   * Begins the record.
   *
   * @param module name of the library module that sends the request
   */
  public Exchange(
      RouteDecision decision, RequestFlow flow, String module, long startNanos, Listener listener) {
    this.decision = decision;
    this.flow = flow;
    this.module = module;
    this.startNanos = startNanos;
    this.listener = listener;
  }

  /** The decision that the request follows. */
  public RouteDecision decision() {
    return decision;
  }

  /** Its attempts, flags and response details; stable once the exchange has ended. */
  public RequestFlow flow() {
    return flow;
  }

  /** Name of the library module that sends the request. */
  public String module() {
    return module;
  }

  /** When it began, on the clock of {@link Mesh#nanoTime}. */
  public long startNanos() {
    return startNanos;
  }

  /** Counts bytes of the response body. */
  public void received(long bytes) {
    responseBytes.addAndGet(bytes);
  }

  /** Bytes of the response body so far. */
  public long responseBytes() {
    return responseBytes.get();
  }

  /** Ends the exchange; only the first call counts. */
  public void end(End how) {
    if (end.compareAndSet(null, how)) {
      listener.ended(this, how);
    }
  }

  /** How it ended, or null while it runs. */
  public @Nullable End ended() {
    return end.get();
  }
}
