package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Istio's HTTPMatchRequest; absent conditions are null or empty.
 *
 * @param port the listener's port, 0 for any
 */
public record HttpMatch(
    String name,
    @Nullable StringMatch uri,
    @Nullable StringMatch scheme,
    @Nullable StringMatch method,
    @Nullable StringMatch authority,
    Map<String, StringMatch> headers,
    Map<String, StringMatch> withoutHeaders,
    Map<String, StringMatch> queryParams,
    int port,
    Map<String, String> sourceLabels,
    String sourceNamespace,
    List<String> gateways,
    boolean ignoreUriCase,
    String statPrefix) {

  /** The gateway name that stands for all sidecars. */
  public static final String MESH = "mesh";

  public HttpMatch {
    headers = Map.copyOf(headers);
    withoutHeaders = Map.copyOf(withoutHeaders);
    queryParams = Map.copyOf(queryParams);
    sourceLabels = Map.copyOf(sourceLabels);
    gateways = List.copyOf(gateways);
  }
}
