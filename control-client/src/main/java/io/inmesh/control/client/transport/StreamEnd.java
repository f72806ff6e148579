package io.inmesh.control.client.transport;

import java.util.Objects;

/**
 * How a stream ended.
 *
 * @param graceful whether the server ended it in order: status OK, or GOAWAY without an error
 * @param reason for people
 * @param unauthorized whether the server does not know or not like who called
 */
public record StreamEnd(boolean graceful, String reason, boolean unauthorized) {
  public StreamEnd {
    Objects.requireNonNull(reason);
  }

  /** Of whatever else. */
  public StreamEnd(boolean graceful, String reason) {
    this(graceful, reason, false);
  }
}
