package io.inmesh.control.client.transport;

import java.util.Objects;

/**
 * How a stream ended.
 *
 * @param graceful whether the server ended it in order: status OK, or GOAWAY without an error
 * @param reason for people
 */
public record StreamEnd(boolean graceful, String reason) {
  public StreamEnd {
    Objects.requireNonNull(reason);
  }
}
