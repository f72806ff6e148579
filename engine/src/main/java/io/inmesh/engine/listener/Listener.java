package io.inmesh.engine.listener;

import io.inmesh.engine.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener with its filter chains. Immutable. */
public final class Listener {
  /** Which way its traffic goes. */
  public enum Direction {
    UNSPECIFIED,
    INBOUND,
    OUTBOUND
  }

  private final String name;
  private final String ip;
  private final int port;
  private final Direction direction;
  private final List<FilterChain> chains;
  private final @Nullable FilterChain defaultChain;
  private final FilterChainIndex index;
  private final boolean byAddress;
  private final @Nullable FilterChain plainHttp;

  /**
   * @param ip the address it binds to, {@code 0.0.0.0} or {@code ::} for any
   * @throws IllegalArgumentException where two chains match the same connections
   */
  public Listener(
      String name,
      String ip,
      int port,
      Direction direction,
      List<FilterChain> chains,
      @Nullable FilterChain defaultChain) {
    if (chains.isEmpty() && defaultChain == null) {
      throw new IllegalArgumentException(
          "error adding listener '" + name + "': no filter chains specified");
    }
    this.name = name;
    this.ip = ip;
    this.port = port;
    this.direction = direction;
    this.chains = List.copyOf(chains);
    this.defaultChain = defaultChain;
    index = new FilterChainIndex(name, this.chains);
    byAddress = this.chains.stream().anyMatch(chain -> dependsOnAddress(chain.match()));
    plainHttp = filterChain(ConnectionInfo.plainHttp(null, port));
  }

  public String name() {
    return name;
  }

  public String ip() {
    return ip;
  }

  public int port() {
    return port;
  }

  public Direction direction() {
    return direction;
  }

  public List<FilterChain> chains() {
    return chains;
  }

  public @Nullable FilterChain defaultChain() {
    return defaultChain;
  }

  /** The chain of a connection, the default chain included; null closes the connection. */
  public @Nullable FilterChain filterChain(ConnectionInfo connection) {
    FilterChain found = index.find(connection);
    return found == null ? defaultChain : found;
  }

  /**
   * The chain of an outbound HTTP/1.1 request in clear to this port. No allocation where no chain
   * asks for addresses.
   */
  public @Nullable FilterChain plainHttpChain(@Nullable IpAddress ip, int destinationPort) {
    return !byAddress && destinationPort == port
        ? plainHttp
        : filterChain(ConnectionInfo.plainHttp(ip, destinationPort));
  }

  private static boolean dependsOnAddress(FilterChainMatch match) {
    return !match.prefixRanges().isEmpty()
        || !match.directSourcePrefixRanges().isEmpty()
        || !match.sourcePrefixRanges().isEmpty();
  }
}
