package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import java.util.List;

/**
 * Istio's table of inbound filter chains by mutual TLS mode and protocol, in the order in which
 * they are sent. Which sidecar speaks is known by the ALPN that it offers.
 */
final class InboundChains {
  private static final String TLS = "tls";
  private static final String PLAIN = "raw_buffer";
  private static final List<String> ANY = List.of();
  private static final List<String> MESH_HTTP =
      List.of("istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final List<String> MESH_TCP = List.of("istio-peer-exchange", "istio");
  private static final List<String> MESH =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final List<String> PLAIN_HTTP = List.of("http/1.1", "h2c");

  private static final List<Chain> STRICT_HTTP = List.of(new Chain(TLS, ANY, Kind.HTTP, true));
  private static final List<Chain> STRICT_TCP = List.of(new Chain(TLS, ANY, Kind.TCP, true));
  private static final List<Chain> STRICT_DETECTED =
      List.of(
          new Chain(TLS, MESH_HTTP, Kind.HTTP, true), //
          new Chain(TLS, ANY, Kind.TCP, true));
  private static final List<Chain> PERMISSIVE_HTTP =
      List.of(
          new Chain(TLS, MESH, Kind.HTTP, true), //
          new Chain(PLAIN, ANY, Kind.HTTP, false));
  private static final List<Chain> PERMISSIVE_TCP =
      List.of(
          new Chain(TLS, MESH, Kind.TCP, true),
          new Chain(TLS, ANY, Kind.TCP, false),
          new Chain(PLAIN, ANY, Kind.TCP, false));
  private static final List<Chain> PERMISSIVE_DETECTED =
      List.of(
          new Chain(TLS, MESH_HTTP, Kind.HTTP, true),
          new Chain(PLAIN, PLAIN_HTTP, Kind.HTTP, false),
          new Chain(TLS, MESH_TCP, Kind.TCP, true),
          new Chain(PLAIN, ANY, Kind.TCP, false),
          new Chain(TLS, ANY, Kind.TCP, false));
  private static final List<Chain> PLAIN_HTTP_ONLY =
      List.of(new Chain(PLAIN, ANY, Kind.HTTP, false));
  private static final List<Chain> PLAIN_TCP_ONLY = List.of(new Chain(PLAIN, ANY, Kind.TCP, false));
  private static final List<Chain> PLAIN_DETECTED =
      List.of(
          new Chain(PLAIN, PLAIN_HTTP, Kind.HTTP, false), //
          new Chain(PLAIN, ANY, Kind.TCP, false));

  private InboundChains() {}

  /** What stands at the end of a chain. */
  enum Kind {
    HTTP,
    TCP
  }

  /**
   * One chain.
   *
   * @param transport {@code tls} or {@code raw_buffer}
   * @param alpn empty for any
   * @param terminates whether TLS ends here; without it TLS is the application's own
   */
  record Chain(String transport, List<String> alpn, Kind kind, boolean terminates) {
    boolean inspectsTls() {
      return transport.equals(TLS);
    }

    boolean inspectsHttp() {
      return alpn.equals(PLAIN_HTTP);
    }
  }

  static List<Chain> of(Mode mode, Protocol protocol) {
    return switch (mode) {
      case STRICT -> choose(protocol, STRICT_HTTP, STRICT_TCP, STRICT_DETECTED);
      case PERMISSIVE -> choose(protocol, PERMISSIVE_HTTP, PERMISSIVE_TCP, PERMISSIVE_DETECTED);
      default -> choose(protocol, PLAIN_HTTP_ONLY, PLAIN_TCP_ONLY, PLAIN_DETECTED);
    };
  }

  private static List<Chain> choose(
      Protocol protocol, List<Chain> http, List<Chain> tcp, List<Chain> detected) {
    return protocol.isSniffed() ? detected : protocol.isHttp() ? http : tcp;
  }
}
