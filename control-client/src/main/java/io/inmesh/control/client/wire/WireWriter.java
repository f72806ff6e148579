package io.inmesh.control.client.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes a protocol buffer message, field by field in the order of the calls. Empty strings are
 * left out.
 */
public final class WireWriter {
  private byte[] data = new byte[256];
  private int used;

  public WireWriter string(int field, String value) {
    if (!value.isEmpty()) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Also writes an empty value, which a list needs. */
  public WireWriter element(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public WireWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, data, used, value.length);
    used += value.length;
    return this;
  }

  public WireWriter message(int field, WireWriter value) {
    return bytes(field, value.toBytes());
  }

  public WireWriter number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  public WireWriter bool(int field, boolean value) {
    return value ? number(field, 1) : this;
  }

  /** A google.protobuf.Struct; values are String, Boolean, Number or Map. */
  public static WireWriter struct(Map<String, ?> values) {
    WireWriter struct = new WireWriter();
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      struct.message(
          1, new WireWriter().element(1, entry.getKey()).message(2, value(entry.getValue())));
    }
    return struct;
  }

  @SuppressWarnings("unchecked")
  private static WireWriter value(Object value) {
    WireWriter out = new WireWriter();
    if (value instanceof Boolean b) {
      return out.number(4, b ? 1 : 0);
    }
    if (value instanceof Number n) {
      return out.fixed64(2, Double.doubleToRawLongBits(n.doubleValue()));
    }
    if (value instanceof Map<?, ?> map) {
      return out.message(5, struct((Map<String, ?>) map));
    }
    return out.element(3, value.toString());
  }

  private WireWriter fixed64(int field, long bits) {
    varint((long) field << 3 | 1);
    ensure(8);
    for (int i = 0; i < 8; i++) {
      data[used++] = (byte) (bits >>> (8 * i));
    }
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(data, used);
  }

  private void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      data[used++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    data[used++] = (byte) rest;
  }

  private void ensure(int more) {
    if (data.length - used < more) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, used + more));
    }
  }
}
