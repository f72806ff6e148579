package io.inmesh.engine.net;

/** Numbers in byte arrays. */
final class Bytes {
  private Bytes() {}

  static long littleEndian8(byte[] data, int at) {
    return littleEndian8(data, at, 8);
  }

  /** The next {@code count} bytes, at most 8, the first of them lowest. */
  static long littleEndian8(byte[] data, int at, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (data[at + i] & 0xff);
    }
    return value;
  }
}
