package io.inmesh.engine;

import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.listener.FilterChain;

/** What becomes of a connection that a port of the app has accepted, by its first bytes. */
public sealed interface Acceptance {
  /** The configuration has no inbound listener: the mesh says nothing about connections. */
  record Uncaptured() implements Acceptance {}

  /** Its bytes are the app's, in clear. */
  record Plain(FilterChain chain) implements Acceptance {}

  /** The mesh terminates TLS; what is inside are the app's bytes. */
  record Terminate(FilterChain chain, DownstreamTls tls) implements Acceptance {}

  /** It speaks TLS, and the app itself terminates it. */
  record AppTls(FilterChain chain) implements Acceptance {}

  /**
   * It is closed.
   *
   * @param reason for people
   */
  record Close(String reason) implements Acceptance {}
}
