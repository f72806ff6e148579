package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;

/**
 * One generated resource.
 *
 * @param version changes exactly when the content does
 */
public record Resource(String name, String version, Any body) {
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  static Resource of(String name, Any body) {
    long hash = FNV_BASIS;
    var bytes = body.getValue();
    for (int i = 0; i < bytes.size(); i++) {
      hash = (hash ^ (bytes.byteAt(i) & 0xff)) * FNV_PRIME;
    }
    return new Resource(name, Long.toHexString(hash) + "-" + bytes.size(), body);
  }
}
