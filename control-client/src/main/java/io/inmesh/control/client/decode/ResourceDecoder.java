package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;

/** Decodes the resources of one type. Used on one thread. */
public interface ResourceDecoder<T> {
  /**
   * What the engine takes of a resource.
   *
   * @param name the name under which the resource is held
   * @throws IllegalArgumentException with Envoy's reason, where Envoy would reject it
   * @throws io.inmesh.control.client.wire.WireFormatException where the bytes are broken
   */
  Decoded<T> decode(String name, WireMessage message);
}
