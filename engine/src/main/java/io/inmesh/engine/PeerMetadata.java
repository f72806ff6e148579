package io.inmesh.engine;

import org.jspecify.annotations.Nullable;

/**
 * What two sidecars tell each other of their workloads, in two headers of every request and answer.
 * A mesh inside a process keeps what it was told for as long as a connection lasts, and says so by
 * an entry that comes first and that sidecars do not look at; two of them need it once a
 * connection.
 */
public final class PeerMetadata {
  /** Names the workload: the id of its node. */
  public static final String ID = "x-envoy-peer-metadata-id";

  /** Base64 of a Struct: cluster, namespace, name, labels. */
  public static final String VALUE = "x-envoy-peer-metadata";

  /** The key of the entry; its value is true. */
  public static final String KEPT = "IN_PROCESS";

  // The entry as bytes is a multiple of three long, so its base64 does not depend on what follows.
  private static final String KEPT_BASE64 = "ChAKCklOX1BST0NFU1MSAiAB";

  private PeerMetadata() {}

  /** Whether this is one of the two headers. */
  public static boolean isName(String lowerCaseName) {
    return lowerCaseName.equals(VALUE) || lowerCaseName.equals(ID);
  }

  /** Whether who sends this keeps what it hears of its peer on the same connection. */
  public static boolean isKept(@Nullable String value) {
    return value != null && value.startsWith(KEPT_BASE64);
  }
}
