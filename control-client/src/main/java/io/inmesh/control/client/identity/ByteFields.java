package io.inmesh.control.client.identity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A protocol buffer of which only fields of bytes, texts and messages matter, for the few small
 * messages that come from other APIs than xDS.
 *
 * @param byNumber in the order of the wire
 */
record ByteFields(Map<Integer, List<byte[]>> byNumber) {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;
  private static final int MOST_SHIFT = 63;

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException where the bytes are none
   */
  static ByteFields parse(byte[] message) {
    Reader in = new Reader(message);
    Map<Integer, List<byte[]>> found = new HashMap<>();
    while (in.at < message.length) {
      long tag = in.varint();
      switch ((int) (tag & 7)) {
        case VARINT -> in.varint();
        case FIXED_64 -> in.bytes(8);
        case FIXED_32 -> in.bytes(4);
        case BYTES ->
            found
                .computeIfAbsent((int) (tag >>> 3), unused -> new ArrayList<>())
                .add(in.bytes(in.varint()));
        default -> throw broken();
      }
    }
    return new ByteFields(found);
  }

  /** All values of a field. */
  List<byte[]> all(int number) {
    return byNumber.getOrDefault(number, List.of());
  }

  /** The value of a field that stands once; empty where it is not set. */
  byte[] one(int number) {
    List<byte[]> values = all(number);
    return values.isEmpty() ? new byte[0] : values.get(values.size() - 1);
  }

  private static IllegalArgumentException broken() {
    return new IllegalArgumentException("the answer is no message");
  }

  private static final class Reader {
    private final byte[] message;
    private int at;

    Reader(byte[] message) {
      this.message = message;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
        if (at >= message.length) {
          throw broken();
        }
        byte next = message[at++];
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw broken();
    }

    byte[] bytes(long length) {
      if (length < 0 || length > message.length - at) {
        throw broken();
      }
      int from = at;
      at += (int) length;
      return Arrays.copyOfRange(message, from, at);
    }
  }
}
