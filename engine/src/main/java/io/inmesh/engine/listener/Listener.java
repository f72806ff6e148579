package io.inmesh.engine.listener;

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
}
