package io.inmesh.instrumentation.api;

/**
 * What a library module can do. Contract cases, the guard, {@code /coverage} and the docs read it.
 */
public enum Capability {
  ROUTE("chooses the destination of each request"),
  HEAD("changes the request head on the wire without the app seeing it"),
  RETRY("sends the request of the hop that failed again"),
  REPLAY("sends a request body again for a retry"),
  HEDGE("has more than one attempt of a request under way"),
  LOCAL_REPLY("answers in Envoy's place with a normal response of the library"),
  CLOSE_IDLE("closes idle connections that nothing leads to any more: endpoint or way has gone"),
  H2("speaks HTTP/2"),
  ASYNC("routes calls that do not block their caller"),
  CONNECT_TLS("speaks the mesh's TLS below the library when it connects"),
  ACCEPT_TLS("terminates the mesh's TLS on the app's own port"),
  ADMIT_L4("closes connections that policy forbids"),
  ADMIT_L7("answers requests that policy forbids before the app sees them"),
  SERVER_NAME("lets the JDK's own TLS read the server names of the mesh"),
  GUARD("routes nothing: watches and refuses what other modules did not route");

  private final String meaning;

  Capability(String meaning) {
    this.meaning = meaning;
  }

  /** What a module does that declares it, for people. */
  public String meaning() {
    return meaning;
  }
}
