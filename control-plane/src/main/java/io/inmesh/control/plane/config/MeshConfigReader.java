package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.HttpRoute.Retries;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.MeshConfig.PathNormalization;
import io.inmesh.control.plane.model.TrafficPolicy.LocalityLb;
import io.inmesh.control.plane.model.TrafficPolicy.Upgrade;
import java.time.Duration;
import java.util.List;

/** Reads a MeshConfig file: the settings at the root of its only document. */
final class MeshConfigReader {
  private enum OutboundMode {
    REGISTRY_ONLY,
    ALLOW_ANY
  }

  private MeshConfigReader() {}

  static MeshConfig read(Fields fields) {
    MeshConfig base = MeshConfig.DEFAULT;
    OutboundMode mode =
        fields.object(
            "outboundTrafficPolicy",
            p -> p.choice("mode", OutboundMode.class, OutboundMode.ALLOW_ANY));
    List<String> metrics =
        fields.object(
            "defaultProviders",
            p -> {
              p.notUsedYet("tracing", "accessLogging");
              return p.strings("metrics");
            });
    PathNormalization paths =
        fields.object(
            "pathNormalization",
            p -> p.choice("normalization", PathNormalization.class, PathNormalization.DEFAULT));
    LocalityLb locality = fields.object("localityLbSetting", TrafficPolicyReader::localityLb);
    Retries retries = fields.object("defaultHttpRetryPolicy", HttpRouteReader::retries);
    fields.ignore(
        "defaultConfig",
        "ingressClass",
        "ingressService",
        "ingressControllerMode",
        "ingressSelector",
        "configSources",
        "enablePrometheusMerge",
        "discoverySelectors",
        "certificates",
        "ca",
        "serviceSettings",
        "proxyListenPort",
        "proxyInboundListenPort",
        "meshMTLS",
        "tlsDefaults",
        "caCertificates",
        "thriftConfig",
        "verifyCertificateAtClient",
        "outboundClusterStatName",
        "inboundClusterStatName",
        "accessLogEncoding",
        "accessLogFormat",
        "disableEnvoyListenerLog",
        "dnsRefreshRateJitter");
    fields.notUsedYet(
        "enableTracing",
        "inboundTrafficPolicy",
        "enableEnvoyAccessLogService",
        "tcpKeepalive",
        "hboneIdleTimeout");
    return new MeshConfig(
        text(fields, "trustDomain", base.trustDomain()),
        fields.strings("trustDomainAliases"),
        text(fields, "rootNamespace", base.rootNamespace()),
        mode == OutboundMode.REGISTRY_ONLY,
        fields.string("accessLogFile"),
        metrics != null && metrics.contains("prometheus"),
        locality == null ? base.localityLb() : locality,
        retries == null ? base.defaultRetries() : retries,
        paths == null ? base.pathNormalization() : paths,
        duration(fields, "connectTimeout", base.connectTimeout()),
        duration(fields, "dnsRefreshRate", base.dnsRefreshRate()),
        duration(fields, "protocolDetectionTimeout", base.protocolDetectionTimeout()),
        fields.bool("enableAutoMtls", true),
        fields.choice("h2UpgradePolicy", Upgrade.class, Upgrade.DEFAULT),
        fields.integer("proxyHttpPort", 0, 0, 65535),
        fields.strings("defaultServiceExportTo"),
        fields.strings("defaultVirtualServiceExportTo"),
        fields.strings("defaultDestinationRuleExportTo"),
        ExtensionProviderReader.authorizers(fields));
  }

  private static String text(Fields fields, String name, String absent) {
    String text = fields.string(name);
    return text.isEmpty() ? absent : text;
  }

  private static Duration duration(Fields fields, String name, Duration absent) {
    Duration duration = fields.duration(name);
    return duration == null ? absent : duration;
  }
}
