package io.inmesh.engine.cluster;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes that a health check sends or expects. Immutable. */
public final class Payload {
  /** No bytes. */
  public static final Payload NONE = new Payload(new byte[0]);

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Payload of(byte[] bytes) {
    return bytes.length == 0 ? NONE : new Payload(bytes.clone());
  }

  /**
   * Reads hexadecimal digits, as Envoy's {@code text} holds them.
   *
   * @throws IllegalArgumentException where they are none
   */
  public static Payload hex(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("Payload.text: value length must be at least 1");
    }
    try {
      return new Payload(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("invalid hex string '" + text + "'", e);
    }
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether all stand in {@code text} one behind the other, with anything between them. */
  public static boolean inOrder(List<Payload> expected, byte[] text) {
    int from = 0;
    for (Payload one : expected) {
      int at = one.find(text, from);
      if (at < 0) {
        return false;
      }
      from = at + one.bytes.length;
    }
    return true;
  }

  private int find(byte[] text, int from) {
    for (int at = from; at + bytes.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length)) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Payload payload && Arrays.equals(payload.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
