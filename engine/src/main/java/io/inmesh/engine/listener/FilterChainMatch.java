package io.inmesh.engine.listener;

import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.net.Cidr;
import java.util.List;
import java.util.Set;

/**
 * What a connection must be for a filter chain; an empty criterion is "any".
 *
 * @param destinationPort 0 is any
 * @param transportProtocol {@code tls}, {@code raw_buffer} or empty
 */
public record FilterChainMatch(
    int destinationPort,
    List<Cidr> prefixRanges,
    List<String> serverNames,
    String transportProtocol,
    List<String> applicationProtocols,
    List<Cidr> directSourcePrefixRanges,
    SourceType sourceType,
    List<Cidr> sourcePrefixRanges,
    Set<Integer> sourcePorts) {
  /** Where the peer is. */
  public enum SourceType {
    ANY,
    SAME_IP_OR_LOOPBACK,
    EXTERNAL
  }

  /** Every connection. */
  public static final FilterChainMatch ANY =
      new FilterChainMatch(
          0, List.of(), List.of(), "", List.of(), List.of(), SourceType.ANY, List.of(), Set.of());

  public FilterChainMatch {
    prefixRanges = List.copyOf(prefixRanges);
    serverNames = serverNames.stream().map(Ascii::lower).toList();
    applicationProtocols = List.copyOf(applicationProtocols);
    directSourcePrefixRanges = List.copyOf(directSourcePrefixRanges);
    sourcePrefixRanges = List.copyOf(sourcePrefixRanges);
    sourcePorts = Set.copyOf(sourcePorts);
    if (destinationPort < 0 || destinationPort > 65535) {
      throw new IllegalArgumentException(
          "FilterChainMatch.destination_port: value must be inside range [1, 65535]");
    }
    for (String serverName : serverNames) {
      if (serverName.indexOf('*') > 0 || serverName.equals("*")) {
        throw new IllegalArgumentException(
            "partial wildcards are not supported in \"server_names\"");
      }
    }
  }

  /** By transport and application protocols, as istiod's outbound HTTP chains are. */
  public static FilterChainMatch of(String transportProtocol, List<String> applicationProtocols) {
    return new FilterChainMatch(
        0,
        List.of(),
        List.of(),
        transportProtocol,
        applicationProtocols,
        List.of(),
        SourceType.ANY,
        List.of(),
        Set.of());
  }

  /** By server names of a TLS connection. */
  public static FilterChainMatch ofServerNames(List<String> serverNames) {
    return new FilterChainMatch(
        0,
        List.of(),
        serverNames,
        "tls",
        List.of(),
        List.of(),
        SourceType.ANY,
        List.of(),
        Set.of());
  }
}
