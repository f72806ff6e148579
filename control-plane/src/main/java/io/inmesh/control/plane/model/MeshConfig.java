package io.inmesh.control.plane.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The part of Istio's MeshConfig that shapes what is generated; defaults are istiod's. */
public record MeshConfig(
    String trustDomain,
    List<String> trustDomainAliases,
    String rootNamespace,
    boolean registryOnly,
    String accessLogFile,
    boolean prometheusMetrics,
    TrafficPolicy.LocalityLb localityLb,
    HttpRoute.Retries defaultRetries,
    PathNormalization pathNormalization,
    Duration connectTimeout,
    Duration dnsRefreshRate,
    Duration protocolDetectionTimeout,
    boolean autoMtls,
    TrafficPolicy.Upgrade h2UpgradePolicy,
    int proxyHttpPort,
    List<String> defaultServiceExportTo,
    List<String> defaultVirtualServiceExportTo,
    List<String> defaultDestinationRuleExportTo,
    Map<String, ExternalAuthorizer> authorizers) {

  /** How paths are normalised before they are matched. */
  public enum PathNormalization {
    DEFAULT,
    NONE,
    BASE,
    MERGE_SLASHES,
    DECODE_AND_MERGE_SLASHES
  }

  public static final MeshConfig DEFAULT =
      new MeshConfig(
          "cluster.local",
          List.of(),
          "istio-system",
          false,
          "",
          false,
          TrafficPolicy.LocalityLb.DEFAULT,
          HttpRoute.Retries.DEFAULT,
          PathNormalization.DEFAULT,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ZERO,
          true,
          TrafficPolicy.Upgrade.DEFAULT,
          0,
          List.of(),
          List.of(),
          List.of(),
          Map.of());

  /** The own trust domain and then its aliases. */
  public List<String> trustDomains() {
    return Stream.concat(Stream.of(trustDomain), trustDomainAliases.stream()).distinct().toList();
  }
}
