package io.inmesh.instrumentation.api;

/**
 * What a library module can do. Contract cases, the guard, {@code /coverage} and the docs read it.
 */
public enum Capability {
  /** Chooses the destination of each request. */
  ROUTE,
  /** Changes the request head on the wire without the app seeing it. */
  HEAD,
  /** Re-sends the request of the hop that failed. */
  RETRY,
  /** Sends a request body again for a retry. */
  REPLAY,
  /** Has more than one attempt of a request under way. */
  HEDGE,
  /** Answers in Envoy's place with a normal response of the library. */
  LOCAL_REPLY,
  /** Closes idle connections that nothing leads to any more: the endpoint or the way has gone. */
  CLOSE_IDLE,
  /** Speaks HTTP/2. */
  H2,
  /** Routes calls that do not block their caller. */
  ASYNC,
  /** Speaks the mesh's TLS below the library when it connects. */
  CONNECT_TLS,
  /** Terminates the mesh's TLS on the app's own port. */
  ACCEPT_TLS,
  /** Closes connections that policy forbids. */
  ADMIT_L4,
  /** Answers requests that policy forbids before the app sees them. */
  ADMIT_L7,
  /** Lets the JDK's own TLS read the server names of the mesh. */
  SERVER_NAME,
  /** Routes nothing: watches and refuses what other modules did not route. */
  GUARD
}
