package io.inmesh.engine.net;

import java.nio.charset.StandardCharsets;

/** The 64-bit MurmurHash2 of libstdc++'s {@code std::hash}, which Envoy offers for ring hash. */
public final class MurmurHash2 {
  private static final long SEED = 0xc70f6907L;
  private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;

  private MurmurHash2() {}

  /** The hash of a text in UTF-8. */
  public static long of(String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    long hash = SEED ^ data.length * MULTIPLIER;
    int at = 0;
    for (; at <= data.length - 8; at += 8) {
      hash = (hash ^ mix(Bytes.littleEndian8(data, at) * MULTIPLIER) * MULTIPLIER) * MULTIPLIER;
    }
    if (at < data.length) {
      hash = (hash ^ Bytes.littleEndian8(data, at, data.length - at)) * MULTIPLIER;
    }
    return mix(mix(hash) * MULTIPLIER);
  }

  private static long mix(long value) {
    return value ^ value >>> 47;
  }
}
