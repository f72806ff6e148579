package io.inmesh.engine;

import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.trace.Trace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** What is looked at before a chain is chosen, the most last. */
  private enum Looks {
    AT_NOTHING,
    AT_PROTOCOLS,
    /** TLS is told from other bytes: Envoy's inspector is on where a chain asks for it. */
    FOR_TLS;

    static Looks by(FilterChain chain) {
      FilterChainMatch match = chain.match();
      if (chain.tls().isPresent()
          || match.transportProtocol().equals(TLS)
          || !match.serverNames().isEmpty()
          || (match.transportProtocol().isEmpty() && !match.applicationProtocols().isEmpty())) {
        return FOR_TLS;
      }
      return match.applicationProtocols().isEmpty() ? AT_NOTHING : AT_PROTOCOLS;
    }
  }

  private final @Nullable Listener listener;

  /** By port; that of chains for all other ports is 0. */
  private final Map<Integer, Looks> looks;

  private InboundListener(@Nullable Listener listener) {
    this.listener = listener;
    this.looks = listener == null ? Map.of() : looks(listener);
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
    return looks(port) != Looks.AT_NOTHING;
  }

  /** By the chains of the port, else by those of all other ports. */
  private Looks looks(int port) {
    Looks own = looks.get(port);
    return own != null ? own : looks.getOrDefault(0, Looks.AT_NOTHING);
  }

  private static Map<Integer, Looks> looks(Listener listener) {
    Map<Integer, Looks> looks = new HashMap<>();
    for (FilterChain chain : listener.chains()) {
      looks.merge(
          chain.match().destinationPort(),
          Looks.by(chain),
          (one, other) -> one.compareTo(other) < 0 ? other : one);
    }
    return looks;
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
  @SuppressWarnings("ReferenceEquality")
  public Acceptance accept(ConnectionInfo accepted, Trace trace) {
    if (listener == null) {
      trace.add("listener", "", "no inbound listener: not captured");
      return new Acceptance.Uncaptured();
    }
    ConnectionInfo connection =
        looks(accepted.destinationPort()) == Looks.FOR_TLS ? accepted : accepted.withoutTls();
    if (connection != accepted) {
      trace.add("first bytes", "", "no chain of the port asks for TLS: taken as bytes");
    }
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
