package io.inmesh.engine;

import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one listener that istiod sends for all ports of a workload, {@code virtualInbound}; its
 * chains tell ports apart. Immutable.
 */
public final class InboundListener {
  private static final String NAME = "virtualInbound";
  private static final String TLS = "tls";

  private final @Nullable Listener listener;

  private InboundListener(@Nullable Listener listener) {
    this.listener = listener;
  }

  static InboundListener of(List<Listener> listeners) {
    for (Listener listener : listeners) {
      if (listener.name().equals(NAME)) {
        return new InboundListener(listener);
      }
    }
    return new InboundListener(null);
  }

  /** Whether the configuration says anything about accepted connections. */
  public boolean exists() {
    return listener != null;
  }

  /** Whether two snapshots treat accepted connections alike: they hold the same listener. */
  public boolean isSameAs(InboundListener other) {
    return listener == other.listener;
  }

  /**
   * Whether the first bytes of a connection to this port decide anything. Where they do not, nobody
   * may wait for them: a server may be the first to speak.
   */
  public boolean looksAtBytes(int port) {
    return chains(port)
        .anyMatch(chain -> looksForTls(chain) || !chain.match().applicationProtocols().isEmpty());
  }

  /** Whether TLS is told from other bytes on this port: the inspector is on where a chain asks. */
  private boolean looksForTls(int port) {
    return chains(port).anyMatch(InboundListener::looksForTls);
  }

  private static boolean looksForTls(FilterChain chain) {
    FilterChainMatch match = chain.match();
    return chain.tls().isPresent()
        || match.transportProtocol().equals(TLS)
        || !match.serverNames().isEmpty()
        || (match.transportProtocol().isEmpty() && !match.applicationProtocols().isEmpty());
  }

  /** Those of the port, else those of all other ports. */
  private Stream<FilterChain> chains(int port) {
    if (listener == null) {
      return Stream.empty();
    }
    List<FilterChain> all = listener.chains();
    boolean exact = all.stream().anyMatch(chain -> chain.match().destinationPort() == port);
    int candidates = exact ? port : 0;
    return all.stream().filter(chain -> chain.match().destinationPort() == candidates);
  }

  /** A chain that keeps somebody out: it terminates TLS, decides who may call, or refuses. */
  public Optional<FilterChain> guarding() {
    return chains().stream().filter(InboundListener::guards).findFirst();
  }

  /** Every chain, the default one last. */
  public List<FilterChain> chains() {
    return listener == null
        ? List.of()
        : Stream.concat(listener.chains().stream(), Stream.ofNullable(listener.defaultChain()))
            .toList();
  }

  private static boolean guards(FilterChain chain) {
    return chain.tls().isPresent()
        || chain.authorizesRequests()
        || !chain.networkFilters().isEmpty()
        || chain.action() instanceof FilterChainAction.Refuse;
  }

  /** What becomes of a connection. Its TLS is bytes as others are where no chain asks for it. */
  public Acceptance accept(ConnectionInfo accepted, Trace trace) {
    if (listener == null) {
      trace.add("listener", "", "no inbound listener: not captured");
      return new Acceptance.Uncaptured();
    }
    ConnectionInfo connection =
        looksForTls(accepted.destinationPort()) ? accepted : accepted.withoutTls();
    FilterChain chain = listener.filterChain(connection);
    trace.add(
        "filter chain",
        chain == null ? "" : chain.name(),
        chain == null ? "none matches: closed" : "matched",
        "transport",
        connection.transportProtocol(),
        "alpn",
        connection.applicationProtocols());
    if (chain == null) {
      return new Acceptance.Close(
          "filter_chain_not_found: port "
              + connection.destinationPort()
              + ", "
              + connection.transportProtocol()
              + " "
              + connection.applicationProtocols());
    }
    boolean tls = connection.transportProtocol().equals(TLS);
    if (chain.tls().isPresent()) {
      return tls
          ? new Acceptance.Terminate(chain, chain.tls().get())
          : new Acceptance.Close("filter chain " + chain.name() + " requires TLS");
    }
    if (chain.action() instanceof FilterChainAction.Refuse refuse && !refuse.http()) {
      return new Acceptance.Close("unsupported: " + refuse.reason());
    }
    if (!tls) {
      return new Acceptance.Plain(chain);
    }
    // Envoy's codec ends such a connection at its first byte.
    return chain.isHttp()
        ? new Acceptance.Close("filter chain " + chain.name() + " takes HTTP, not TLS")
        : new Acceptance.AppTls(chain);
  }
}
