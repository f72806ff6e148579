package io.inmesh.control.plane.generate;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.TrafficPolicy.ClientTls;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** How a cluster encrypts: Istio's mutual TLS by endpoint, or what a DestinationRule demands. */
final class UpstreamTls {
  private UpstreamTls() {}

  /** Mutual TLS towards endpoints that speak it, plain towards the others. */
  static void auto(Cluster.Builder cluster, String sni, Collection<String> names, boolean http2) {
    cluster.addTransportSocketMatches(
        Cluster.TransportSocketMatch.newBuilder()
            .setName("tlsMode-istio")
            .setMatch(
                Protos.struct(
                    Map.of("tlsMode", Value.newBuilder().setStringValue("istio").build())))
            .setTransportSocket(mutual(sni, names, http2)));
    cluster.addTransportSocketMatches(
        Cluster.TransportSocketMatch.newBuilder()
            .setName("tlsMode-disabled")
            .setMatch(Protos.struct(Map.of()))
            .setTransportSocket(
                TransportSocket.newBuilder()
                    .setName("envoy.transport_sockets.raw_buffer")
                    .setTypedConfig(Protos.any(RawBuffer.getDefaultInstance()))));
  }

  /** Istio's mutual TLS towards every endpoint. */
  static TransportSocket mutual(String sni, Collection<String> names, boolean http2) {
    CommonTlsContext.Builder common =
        Tls.common().addTlsCertificateSdsSecretConfigs(Tls.ownCertificate());
    common.setCombinedValidationContext(Tls.rootCa(exact(names)));
    common.addAlpnProtocols("istio-peer-exchange").addAlpnProtocols("istio");
    if (http2) {
      common.addAlpnProtocols("h2");
    }
    return socket(UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(sni).build());
  }

  /** SIMPLE and MUTUAL TLS; keys and roots are files that the agent serves by name. */
  static TransportSocket originate(ClientTls tls, Collection<String> names, boolean http2) {
    CommonTlsContext.Builder common = Tls.common();
    if (tls.mode() == ClientTls.Mode.MUTUAL) {
      common.addTlsCertificateSdsSecretConfigs(
          Tls.agentSecret("file-cert:" + tls.clientCertificate() + "~" + tls.privateKey()));
    }
    if (tls.insecureSkipVerify()) {
      common.setValidationContext(CertificateValidationContext.getDefaultInstance());
    } else {
      String root = tls.caCertificates().isEmpty() ? "system" : tls.caCertificates();
      common.setCombinedValidationContext(
          CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
              .setDefaultValidationContext(exact(names))
              .setValidationContextSdsSecretConfig(Tls.agentSecret("file-root:" + root)));
    }
    if (http2) {
      common.addAlpnProtocols("h2");
    }
    return socket(
        UpstreamTlsContext.newBuilder().setCommonTlsContext(common).setSni(tls.sni()).build());
  }

  /** The identities that endpoints of a service may have, in every trust domain of the mesh. */
  static Collection<String> names(Service service, MeshConfig mesh) {
    TreeSet<String> out = new TreeSet<>(service.subjectAltNames());
    for (Instance instance : service.instances()) {
      for (String domain : mesh.trustDomains()) {
        String id = instance.spiffeId(domain);
        if (!id.isEmpty()) {
          out.add(id);
        }
      }
    }
    return out;
  }

  private static CertificateValidationContext exact(Collection<String> names) {
    CertificateValidationContext.Builder out = CertificateValidationContext.newBuilder();
    for (String name : List.copyOf(names)) {
      Tls.addName(out, StringMatcher.newBuilder().setExact(name).build());
    }
    return out.build();
  }

  private static TransportSocket socket(UpstreamTlsContext context) {
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Protos.any(context))
        .build();
  }
}
