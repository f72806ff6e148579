package io.inmesh.engine.net;

import java.nio.charset.StandardCharsets;

/** XXH64, the hash of Envoy's consistent hashing. */
public final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private XxHash64() {}

  /** The hash of a text in UTF-8, with seed 0. */
  public static long of(String text) {
    return of(text, 0);
  }

  /** The hash of a text in UTF-8. */
  public static long of(String text, long seed) {
    return of(text.getBytes(StandardCharsets.UTF_8), seed);
  }

  /** The hash of bytes. */
  public static long of(byte[] data, long seed) {
    int at = 0;
    long hash;
    if (data.length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= data.length - 32; at += 32) {
        a = round(a, Bytes.littleEndian8(data, at));
        b = round(b, Bytes.littleEndian8(data, at + 8));
        c = round(c, Bytes.littleEndian8(data, at + 16));
        d = round(d, Bytes.littleEndian8(data, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    hash += data.length;
    for (; at <= data.length - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, Bytes.littleEndian8(data, at)), 27) * P1 + P4;
    }
    if (at <= data.length - 4) {
      long four = Bytes.littleEndian8(data, at, 4);
      hash = Long.rotateLeft(hash ^ four * P1, 23) * P2 + P3;
      at += 4;
    }
    for (; at < data.length; at++) {
      hash = Long.rotateLeft(hash ^ (data[at] & 0xff) * P5, 11) * P1;
    }
    hash = (hash ^ hash >>> 33) * P2;
    hash = (hash ^ hash >>> 29) * P3;
    return hash ^ hash >>> 32;
  }

  private static long round(long sum, long input) {
    return Long.rotateLeft(sum + input * P2, 31) * P1;
  }

  private static long merge(long hash, long sum) {
    return (hash ^ round(0, sum)) * P1 + P4;
  }
}
