package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;
import java.util.Set;

/** What the driver of a request does next. */
public sealed interface Step {
  /**
   * Send the request to this host; before that let {@code RequestFlow.editRequest} edit its head.
   *
   * @param number 1 for the first try
   * @param perTryTimeoutNanos 0 is none; runs from the moment the request is on its connection
   * @param connectTimeoutNanos for the connection
   */
  record Attempt(Host host, int number, long perTryTimeoutNanos, long connectTimeoutNanos)
      implements Step {}

  /** Wait, then report {@code onDelayElapsed}. */
  record Wait(long nanos) implements Step {}

  /** Hand the response of the last attempt to the app. */
  record Forward(Set<ResponseFlag> flags) implements Step {}

  /** Discard what there is of the last attempt and answer this. */
  record Reply(LocalReply reply) implements Step {}

  /** The response has started: cut its stream. */
  record Cut(Set<ResponseFlag> flags, String details) implements Step {}

  /** Nothing to do: the event came too late. */
  record Nothing() implements Step {}
}
