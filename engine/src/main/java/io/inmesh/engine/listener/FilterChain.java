package io.inmesh.engine.listener;

import java.util.Optional;

/**
 * One filter chain.
 *
 * @param tls what it terminates; empty leaves the bytes as they are
 */
public record FilterChain(
    String name, FilterChainMatch match, FilterChainAction action, Optional<DownstreamTls> tls) {
  /** A chain that leaves the bytes as they are. */
  public FilterChain(String name, FilterChainMatch match, FilterChainAction action) {
    this(name, match, action, Optional.empty());
  }
}
