package io.inmesh.instrumentation.testing;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types of Istio's own filters: no library has their descriptors, so a dump shows bytes. */
public final class IstioTypes {
  private static final List<String> ALL =
      List.of(
          "stats.PluginConfig",
          "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
          "io.istio.http.peer_metadata.Config",
          "envoy.tcp.metadataexchange.config.MetadataExchange");

  private static final Pattern BYTES =
      Pattern.compile(
          ALL.stream()
              .map(Pattern::quote)
              .collect(
                  Collectors.joining(
                      "|",
                      "\\{\"@type\":\"type\\.googleapis\\.com/(?:",
                      ")\",\"value\":\"[A-Za-z0-9+/=]*\"\\}")));

  private IstioTypes() {}

  /** A dump in JSON with a message that every parser knows in place of each of theirs. */
  public static String replaced(String json) {
    return BYTES
        .matcher(json)
        .replaceAll("{\"@type\":\"type.googleapis.com/google.protobuf.Empty\"}");
  }
}
