package io.inmesh.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.cluster.TransportSocket.AutoNames;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Identity;
import io.inmesh.tls.TrustBundle;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a host gets a new label, and when none at all. */
class LabelledHostsTest {
  private final Certificates certificates = new Certificates();
  private final Delivered delivered = new Delivered();
  private final List<String> problems = new ArrayList<>();
  private Optional<Identity> identity = Optional.of(certificates.identity("web"));
  private final LabelledHosts hosts =
      new LabelledHosts(new MeshSecrets(() -> identity, delivered, problems::add));
  private final Host inMesh = host(tls("default", "ROOTCA", "outbound_.80_._.shop", false));

  /** What a control plane has sent. */
  private static final class Delivered implements Secrets {
    private final Map<String, Credentials> certificates = new HashMap<>();
    private final Map<String, TrustBundle> roots = new HashMap<>();

    @Override
    public Optional<Credentials> credentials(String name) {
      return Optional.ofNullable(certificates.get(name));
    }

    @Override
    public Optional<TrustBundle> roots(String name) {
      return Optional.ofNullable(roots.get(name));
    }
  }

  private static TransportSocket.Tls tls(
      String certificate, String roots, String sni, boolean byAuthority) {
    return tls(certificate, roots, sni, new AutoNames(byAuthority, byAuthority, false, false));
  }

  private static TransportSocket.Tls tls(
      String certificate, String roots, String sni, AutoNames names) {
    return new TransportSocket.Tls(
        certificate.equals("default") && roots.equals("ROOTCA"),
        sni,
        names,
        List.of("istio"),
        List.of(),
        certificate,
        roots,
        TlsParameters.DEFAULT);
  }

  private static Host host(TransportSocket socket) {
    return host(socket, "");
  }

  private static Host host(TransportSocket socket, String hostname) {
    Endpoint endpoint =
        new Endpoint("10.0.0.9", 7000, hostname, HealthStatus.HEALTHY, 1, Map.of(), "");
    ClusterState state =
        ClusterState.create(
            Cluster.builder("shop", Cluster.Type.EDS)
                .transportSecurity(new TransportSecurity(List.of(), socket))
                .build(),
            0);
    state.update(
        new ClusterLoadAssignment(
            "shop", List.of(new LocalityEndpoints(Locality.UNKNOWN, 0, 1, List.of(endpoint)))),
        0);
    return state.hosts().get(0);
  }

  @Test
  void isTheSameObjectWhileNothingChanged() throws Exception {
    LabelledHost first = hosts.of(inMesh, "shop");
    assertThat(first.tls()).isPresent();
    assertThat(first.meshProtocols()).isTrue();
    assertThat(hosts.of(inMesh, "other")).isSameAs(first);
    assertThat(hosts.of(first.label())).isSameAs(first);
  }

  @Test
  void keepsItsLabelOverARenewedCertificate() throws Exception {
    LabelledHost first = hosts.of(inMesh, "shop");
    identity = Optional.of(certificates.identity("web"));
    assertThat(hosts.of(inMesh, "shop")).isSameAs(first);
  }

  @Test
  void isLabelledAnewForOtherRootsAndForAnotherName() throws Exception {
    LabelledHost first = hosts.of(inMesh, "shop");
    Identity web = identity.orElseThrow();
    List<java.security.cert.X509Certificate> both = new ArrayList<>(web.trust().roots());
    both.add(new Certificates().root());
    identity = Optional.of(new Identity(web.credentials(), TrustBundle.of(both), web.id()));
    LabelledHost second = hosts.of(inMesh, "shop");
    assertThat(second.label()).isNotEqualTo(first.label());
    identity = Optional.of(certificates.identity("other"));
    LabelledHost third = hosts.of(inMesh, "shop");
    assertThat(third.label()).isNotIn(first.label(), second.label());
  }

  @Test
  void isRefusedWithoutACertificateAndComesBackUnderTheOldLabel() throws Exception {
    LabelledHost first = hosts.of(inMesh, "shop");
    Optional<Identity> before = identity;
    identity = Optional.empty();
    assertThatThrownBy(() -> hosts.of(inMesh, "shop"))
        .isInstanceOf(ConnectException.class)
        .hasMessage("mutual TLS is required and this workload has no certificate (see /certs)");
    identity = before;
    assertThat(hosts.of(inMesh, "shop").label()).isEqualTo(first.label());
  }

  @Test
  void inClearNeedsNobody() throws Exception {
    identity = Optional.empty();
    Host clear = host(new TransportSocket.RawBuffer());
    LabelledHost first = hosts.of(clear, "shop");
    assertThat(first.tls()).isEmpty();
    assertThat(hosts.of(clear, "shop")).isSameAs(first);
  }

  @Test
  void waysToConnectNeverShareALabel() throws IOException {
    delivered.certificates.put("kubernetes://shop", certificates.credentials("a.example"));
    delivered.roots.put("kubernetes://shop-cacert", TrustBundle.of(List.of(certificates.root())));
    assertThat(
            List.of(
                hosts.of(host(new TransportSocket.RawBuffer()), "shop").label(),
                hosts.of(inMesh, "shop").label(),
                hosts.of(host(tls("default", "ROOTCA", "other", false)), "shop").label(),
                hosts.of(host(tls("kubernetes://shop", "ROOTCA", "", false)), "shop").label(),
                hosts
                    .of(host(tls("default", "kubernetes://shop-cacert", "", false)), "shop")
                    .label(),
                hosts.of(host(tls("", "", "", false)), "shop").label()))
        .doesNotHaveDuplicates();
  }

  @Test
  void theNameMayBeThatOfTheRequest() throws Exception {
    Host byName = host(tls("", "file-root:system", "", true));
    LabelledHost first = hosts.of(byName, "shop.example:443");
    assertThat(hosts.of(byName, "shop.example")).isSameAs(first);
    assertThat(hosts.of(byName, "other.example").label()).isNotEqualTo(first.label());
    assertThat(hosts.of(byName, "shop.example")).as("in turn").isSameAs(first);
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example:443, shop.example",
    "shop.example, shop.example",
    "10.0.0.9:80, configured",
    "[::1]:80, configured",
    "[::1], configured",
  })
  void anAddressIsNoServerName(String authority, String sent) throws Exception {
    LabelledHost to = hosts.of(host(tls("", "file-root:system", "configured", true)), authority);
    assertThat(sent(to)).containsExactly(sent);
    assertThat(hosts.isAlike(to, to.host())).isTrue();
  }

  private static List<String> sent(LabelledHost to) {
    return to
        .tls()
        .orElseThrow()
        .engine("label", 1, List.of())
        .getSSLParameters()
        .getServerNames()
        .stream()
        .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
        .toList();
  }

  @Test
  void theNameMayBeThatOfTheHostWhateverIsCalled() throws Exception {
    TransportSocket.Tls tls =
        tls("default", "ROOTCA", "configured", new AutoNames(false, false, true, false));
    Host named = host(tls, "pod.example");
    LabelledHost first = hosts.of(named, "shop.example");
    assertThat(sent(first)).containsExactly("pod.example");
    assertThat(hosts.of(named, "other.example")).isSameAs(first);
    assertThat(hosts.isAlike(first, named)).isTrue();
    assertThat(hosts.of(host(tls, "other.example"), "shop.example").label())
        .isNotEqualTo(first.label());
  }

  @Test
  void whoseCertificatesAreTakenIsPartOfTheLabel() throws Exception {
    Host configured = host(tls("default", "ROOTCA", "sent", AutoNames.NONE));
    Host asSent = host(tls("default", "ROOTCA", "sent", new AutoNames(false, false, false, true)));
    assertThat(hosts.of(asSent, "shop").label()).isNotEqualTo(hosts.of(configured, "shop").label());
  }

  @Test
  void addressesThatMustBeThePeersAreToldApart() throws Exception {
    Host byName = host(tls("", "file-root:system", "", true));
    assertThat(hosts.of(byName, "10.0.0.9:80").label())
        .isNotEqualTo(hosts.of(byName, "10.0.0.8:80").label());
  }

  @Test
  void whatTheControlPlaneHasNotSentIsNamed() throws Exception {
    Host external = host(tls("kubernetes://shop", "kubernetes://shop-cacert", "", false));
    assertThatThrownBy(() -> hosts.of(external, "shop"))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("the certificate kubernetes://shop is not there");
    delivered.certificates.put("kubernetes://shop", certificates.credentials("a.example"));
    assertThatThrownBy(() -> hosts.of(external, "shop"))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("the roots kubernetes://shop-cacert are not there");
    delivered.roots.put("kubernetes://shop-cacert", TrustBundle.of(List.of(certificates.root())));
    LabelledHost first = hosts.of(external, "shop");
    assertThat(hosts.of(external, "shop")).isSameAs(first);
    delivered.certificates.put("kubernetes://shop", certificates.credentials("b.example"));
    assertThat(hosts.of(external, "shop").label()).isNotEqualTo(first.label());
    delivered.roots.clear();
    assertThatThrownBy(() -> hosts.of(external, "shop")).isInstanceOf(ConnectException.class);
  }

  @Test
  void aSocketThatIsNotSupportedIsNotConnected() {
    Host refused = host(new TransportSocket.Unsupported("transport_socket"));
    assertThatThrownBy(() -> hosts.of(refused, "shop")).isInstanceOf(ConnectException.class);
  }
}
