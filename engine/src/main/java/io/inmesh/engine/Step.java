package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;
import java.util.Set;

/**
 * What the driver of a request does next. What follows an event of a try and is neither {@link
 * Forward} nor {@link Nothing}, nor a wait that keeps it, means that this try is over: the driver
 * cancels or drains it.
 */
public sealed interface Step {
  /**
   * Send the request to this host; before that let {@code RequestFlow.editRequest} edit its head.
   *
   * @param number 1 for the first try
   * @param timers of this try
   * @param connectTimeoutNanos for the connection
   */
  record Attempt(Host host, int number, Timers timers, long connectTimeoutNanos) implements Step {}

  /**
   * The times of one try in nanoseconds; 0 is none. Each runs from the moment the request is on its
   * connection.
   *
   * @param perTry until its response starts
   * @param idle between two bytes of it
   * @param stream until its response ends
   */
  record Timers(long perTry, long idle, long stream) {}

  /**
   * Wait, then report {@code onDelayElapsed}; takes the place of a wait that is under way.
   *
   * @param keepsAttempt whether the try that led to it goes on beside the next one
   */
  record Wait(long nanos, boolean keepsAttempt) implements Step {
    /** After the try that led to it is over. */
    public Wait(long nanos) {
      this(nanos, false);
    }
  }

  /**
   * Hand this try's response to the app; other tries are over.
   *
   * @param number of the try
   */
  record Forward(Set<ResponseFlag> flags, int number) implements Step {}

  /** Discard this try; others are still under way, or are about to be. */
  record Drop() implements Step {}

  /** Discard what there is of all tries and answer this. */
  record Reply(LocalReply reply) implements Step {}

  /** The response has started: cut its stream. */
  record Cut(Set<ResponseFlag> flags, String details) implements Step {}

  /** Nothing to do: the event came too late. */
  record Nothing() implements Step {}
}
