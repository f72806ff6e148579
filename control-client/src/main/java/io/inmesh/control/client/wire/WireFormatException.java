package io.inmesh.control.client.wire;

/**
 * Bytes that are not the protocol buffer message they should be; the text says which message and
 * where.
 */
public final class WireFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WireFormatException(String message) {
    super(message);
  }
}
