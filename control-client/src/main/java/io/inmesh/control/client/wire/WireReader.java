package io.inmesh.control.client.wire;

import io.inmesh.control.client.wire.FieldSchema.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The wire format of protocol buffers: numbers and texts out of bytes, and where a field ends. It
 * throws {@link WireFormatException} where the bytes are no message. Not thread-safe.
 */
final class WireReader {
  private static final int MAX_GROUPS = 64;
  private static final int LENGTH_DELIMITED = 2;
  private static final int END_GROUP = 4;

  private final String message;
  private final byte[] data;
  // Second results of the methods below.
  private int next;
  private int valueStart;

  /**
   * @param message named where it is broken
   */
  WireReader(String message, byte[] data) {
    this.message = message;
    this.data = data;
  }

  /** The tag at a place; what follows it is at {@link #next}. */
  int tag(int at, int end) {
    long tag = varint(at, end);
    if (tag > 0xffffffffL || (int) tag >>> 3 == 0) {
      throw broken("a field number that is not possible");
    }
    return (int) tag;
  }

  /** Where what was read last ends. */
  int next() {
    return next;
  }

  /** Where a field ends; its value begins at {@link #valueStart}. */
  int skip(int tag, int at, int end) {
    int after = skip(tag, at, end, 0);
    if ((tag & 7) != LENGTH_DELIMITED) {
      valueStart = at;
    }
    return after;
  }

  /** Where the value of the field begins that was skipped last. */
  int valueStart() {
    return valueStart;
  }

  /** A number of any kind as 64 bits; unsigned 32-bit ones are not negative. */
  long number(Kind kind, int start, int end) {
    return switch (kind) {
      case DOUBLE, FIXED64, SFIXED64 -> little(start, 8);
      case FLOAT, SFIXED32 -> (int) little(start, 4);
      case FIXED32 -> little(start, 4);
      case UINT32 -> varint(start, end) & 0xffffffffL;
      case INT32, ENUM -> (int) varint(start, end);
      case SINT32, SINT64 -> {
        long raw = varint(start, end);
        yield (raw >>> 1) ^ -(raw & 1);
      }
      case INT64, UINT64, BOOL -> varint(start, end);
      case STRING, BYTES, MESSAGE -> throw new IllegalArgumentException(kind + " is no number");
    };
  }

  String text(int start, int end) {
    for (int i = start; i < end; i++) {
      if (data[i] < 0) {
        String decoded = new String(data, start, end - start, StandardCharsets.UTF_8);
        if (!Arrays.equals(
            decoded.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(data, start, end))) {
          throw broken("text that is not UTF-8");
        }
        return decoded;
      }
    }
    return new String(data, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private long little(int start, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (data[start + i] & 0xff);
    }
    return value;
  }

  private int skip(int tag, int at, int end, int depth) {
    switch (tag & 7) {
      case 0:
        varint(at, end);
        return next;
      case 1:
        return advance(at, 8, end);
      case LENGTH_DELIMITED:
        long length = varint(at, end);
        valueStart = next;
        return advance(next, length, end);
      case 3:
        return skipGroup(tag >>> 3, at, end, depth + 1);
      case 5:
        return advance(at, 4, end);
      default:
        throw broken("a wire type that does not exist");
    }
  }

  private int skipGroup(int group, int start, int end, int depth) {
    if (depth > MAX_GROUPS) {
      throw broken("groups nested too deeply");
    }
    int at = start;
    while (true) {
      int tag = (int) varint(at, end);
      at = next;
      if ((tag & 7) == END_GROUP) {
        if (tag >>> 3 != group) {
          throw broken("a group that does not end");
        }
        return at;
      }
      at = skip(tag, at, end, depth);
    }
  }

  private int advance(int at, long length, int end) {
    if (length < 0 || length > end - at) {
      throw broken("a field that is cut off");
    }
    return at + (int) length;
  }

  private long varint(int start, int end) {
    long value = 0;
    int at = start;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) {
        throw broken("a number that is cut off");
      }
      byte b = data[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        next = at;
        return value;
      }
    }
    throw broken("a number of more than ten bytes");
  }

  private WireFormatException broken(String what) {
    return new WireFormatException(message + ": " + what);
  }
}
