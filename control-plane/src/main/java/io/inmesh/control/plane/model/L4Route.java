package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;

/** A TCP or TLS route of a VirtualService; for TCP the matches name no SNI hosts. */
public record L4Route(List<Match> matches, List<Weighted> destinations) {
  public L4Route {
    matches = List.copyOf(matches);
    destinations = List.copyOf(destinations);
  }

  /**
   * One alternative.
   *
   * @param port 0 for any
   * @param sniHosts empty for plain TCP
   */
  public record Match(
      List<String> sniHosts,
      List<String> destinationSubnets,
      int port,
      Map<String, String> sourceLabels,
      String sourceNamespace,
      List<String> gateways) {
    public Match {
      sniHosts = List.copyOf(sniHosts);
      destinationSubnets = List.copyOf(destinationSubnets);
      sourceLabels = Map.copyOf(sourceLabels);
      gateways = List.copyOf(gateways);
    }
  }

  /** One destination with its share; {@code weight} counts only beside others. */
  public record Weighted(Destination destination, int weight) {}
}
