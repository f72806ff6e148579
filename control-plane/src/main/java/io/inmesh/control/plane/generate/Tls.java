package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.inmesh.control.plane.model.MeshConfig;
import java.util.List;

/** The parts of TLS contexts that both directions share, and the inbound context. */
final class Tls {
  private static final List<String> CIPHERS =
      List.of(
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384",
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "AES256-GCM-SHA384",
          "AES128-GCM-SHA256");

  private Tls() {}

  static CommonTlsContext.Builder common() {
    return CommonTlsContext.newBuilder().setTlsParams(versions());
  }

  private static TlsParameters.Builder versions() {
    return TlsParameters.newBuilder()
        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3);
  }

  /** The workload's own certificate, which its agent holds. */
  static SdsSecretConfig ownCertificate() {
    return SdsSecretConfig.newBuilder()
        .setName("default")
        .setSdsConfig(agent().setInitialFetchTimeout(Protos.ZERO))
        .build();
  }

  static SdsSecretConfig agentSecret(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(agent()).build();
  }

  static CombinedCertificateValidationContext rootCa(CertificateValidationContext names) {
    return CombinedCertificateValidationContext.newBuilder()
        .setDefaultValidationContext(names)
        .setValidationContextSdsSecretConfig(
            SdsSecretConfig.newBuilder()
                .setName("ROOTCA")
                .setSdsConfig(agent().setInitialFetchTimeout(Protos.ZERO)))
        .build();
  }

  /** Istio still sends the older field, which matches names of every type. */
  @SuppressWarnings("deprecation")
  static void addName(CertificateValidationContext.Builder out, StringMatcher name) {
    out.addMatchSubjectAltNames(name);
  }

  /** Mutual TLS for callers of this mesh, with the ALPN that the chain's kind speaks. */
  static TransportSocket inbound(MeshConfig mesh, List<String> alpn) {
    CertificateValidationContext.Builder names = CertificateValidationContext.newBuilder();
    for (String domain : mesh.trustDomains()) {
      addName(names, StringMatcher.newBuilder().setPrefix("spiffe://" + domain + "/").build());
    }
    CommonTlsContext common =
        CommonTlsContext.newBuilder()
            .setTlsParams(versions().addAllCipherSuites(CIPHERS))
            .addTlsCertificateSdsSecretConfigs(ownCertificate())
            .setCombinedValidationContext(rootCa(names.build()))
            .addAllAlpnProtocols(alpn)
            .build();
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(
            Protos.any(
                DownstreamTlsContext.newBuilder()
                    .setCommonTlsContext(common)
                    .setRequireClientCertificate(Protos.bool(true))
                    .build()))
        .build();
  }

  private static ConfigSource.Builder agent() {
    return ConfigSource.newBuilder()
        .setApiConfigSource(
            ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .setSetNodeOnFirstMessageOnly(true)
                .addGrpcServices(
                    GrpcService.newBuilder()
                        .setEnvoyGrpc(
                            GrpcService.EnvoyGrpc.newBuilder().setClusterName("sds-grpc"))))
        .setResourceApiVersion(ApiVersion.V3);
  }
}
