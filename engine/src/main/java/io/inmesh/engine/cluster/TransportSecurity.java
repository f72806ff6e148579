package io.inmesh.engine.cluster;

import java.util.List;
import java.util.Map;

/**
 * Which transport socket an endpoint gets: the first match whose labels the endpoint has, else the
 * fallback.
 */
public record TransportSecurity(List<Match> matches, TransportSocket fallback) {
  /** Everything in clear. */
  public static final TransportSecurity PLAINTEXT =
      new TransportSecurity(List.of(), new TransportSocket.RawBuffer());

  /** One entry; no labels is always. */
  public record Match(String name, Map<String, String> labels, TransportSocket socket) {
    public Match {
      labels = Map.copyOf(labels);
    }
  }

  public TransportSecurity {
    matches = List.copyOf(matches);
  }

  /** Whether no endpoint could ever get anything but clear text. */
  public boolean isPlaintext() {
    return fallback instanceof TransportSocket.RawBuffer
        && matches.stream().allMatch(match -> match.socket() instanceof TransportSocket.RawBuffer);
  }

  /** The socket of an endpoint. */
  public TransportSocket socketFor(Endpoint endpoint) {
    for (Match match : matches) {
      if (endpoint.transportLabels().entrySet().containsAll(match.labels().entrySet())) {
        return match.socket();
      }
    }
    return fallback;
  }
}
