package io.inmesh.engine.cluster;

import io.inmesh.engine.match.MetadataMatch;
import org.jspecify.annotations.Nullable;

/** What a request adds to a pick; called on the picking thread. */
public interface PickContext {
  /** Nothing. */
  PickContext NONE =
      new PickContext() {
        @Override
        public boolean rejects(Host host) {
          return false;
        }

        @Override
        public int hostSelectionAttempts() {
          return 0;
        }
      };

  /** Whether this host is to be avoided if another can be had. */
  boolean rejects(Host host);

  /** Whether the request has a hash; asked only where the cluster's policy hashes. */
  default boolean hasHash() {
    return false;
  }

  /** The request's hash, if it has one. */
  default long hash() {
    return 0;
  }

  /** What the host must have where its cluster has subsets; null is nothing. */
  default @Nullable MetadataMatch metadataMatch() {
    return null;
  }

  /** What moves a retry to priorities that were not tried; null for a first attempt. */
  default @Nullable PreviousPriorities previousPriorities() {
    return null;
  }

  /** The first value of a header as the route has left it, or null where it is absent. */
  default @Nullable String requestHeader(String lowerCaseName) {
    return null;
  }

  /** Where the app connects to, or null where it does not connect by itself. */
  default @Nullable Destination destination() {
    return null;
  }

  /** How often a rejected pick is repeated; the last pick is used even if it is rejected. */
  int hostSelectionAttempts();
}
