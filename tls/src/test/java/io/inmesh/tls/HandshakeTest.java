package io.inmesh.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.instrumentation.testing.TestCa;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Whom {@link ClientTls} and {@link ServerTls} talk to, and how. */
class HandshakeTest {
  private static final String WEB = "spiffe://cluster.local/ns/test/sa/web";
  private static final String SHOP = "spiffe://cluster.local/ns/test/sa/shop";
  private static final List<String> H2_FIRST = List.of("h2", "http/1.1");
  private static final TlsVersions OLD = new TlsVersions(List.of("TLSv1.2"), List.of());
  private static final TlsVersions NEW = new TlsVersions(List.of("TLSv1.3"), List.of());

  private final TestCa ca = TestCa.stranger();
  private final TestCa stranger = TestCa.stranger();
  private final Instant now = Instant.now();

  // The parts of both sides, which a test changes.
  private Optional<Credentials> web = Optional.of(good(WEB));
  private Optional<Credentials> shop = Optional.of(good(SHOP));
  private Optional<TrustBundle> webTrusts = Optional.of(TrustBundle.of(List.of(ca.root())));
  private Optional<TrustBundle> shopTrusts = webTrusts;
  private Predicate<X509Certificate> toBeShop = new PeerNames(Set.of(SHOP));
  private Predicate<X509Certificate> toBeWeb = new PeerNames(Set.of(WEB));
  private boolean clientCertificate = true;
  private TlsVersions ofClient = TlsVersions.ISTIO;
  private TlsVersions ofServer = TlsVersions.ISTIO;
  private List<String> offered = H2_FIRST;
  private Set<String> spoken = Set.of("h2", "http/1.1");

  private Credentials good(String name) {
    return credentials(ca, now.minusSeconds(60), now.plusSeconds(3600), name);
  }

  private static Credentials credentials(TestCa by, Instant from, Instant end, String... names) {
    TestCa.Signed signed = by.sign(from, end, names);
    return new Credentials(List.of(signed.chain().get(0)), signed.key());
  }

  private ClientTls clientTls() throws GeneralSecurityException {
    return new ClientTls(() -> web, () -> webTrusts, toBeShop, "shop.example", ofClient);
  }

  private ServerTls serverTls() throws GeneralSecurityException {
    return new ServerTls(
        () -> shop, () -> shopTrusts, toBeWeb, clientCertificate, H2_FIRST, ofServer);
  }

  private Handshake shake() throws GeneralSecurityException, SSLException {
    return shake(clientTls(), serverTls());
  }

  private Handshake shake(ClientTls client, ServerTls server) throws SSLException {
    return Handshake.between(client.engine("shop", 8080, offered), server.engine(spoken));
  }

  private static void assertRefused(ThrowingCallable handshake, String why) {
    assertThatThrownBy(handshake).isInstanceOf(SSLException.class).hasStackTraceContaining(why);
  }

  @Test
  void bothSidesSeeTheOther() throws Exception {
    Handshake handshake = shake();
    assertThat(handshake.version()).isEqualTo("TLSv1.3");
    assertThat(PeerNames.names(handshake.server())).containsExactly(SHOP);
    assertThat(PeerNames.names(handshake.client().orElseThrow())).containsExactly(WEB);
  }

  @Test
  void theNewestCommonVersionIsSpoken() throws Exception {
    ofServer = OLD;
    assertThat(shake().version()).isEqualTo("TLSv1.2");
    ofClient = OLD;
    ofServer = TlsVersions.ISTIO;
    assertThat(shake().version()).isEqualTo("TLSv1.2");
    ofClient = NEW;
    assertThat(shake().version()).isEqualTo("TLSv1.3");
    ofServer = OLD;
    assertRefused(this::shake, "protocol");
  }

  @Test
  void aServerOfAnotherNameIsRefused() {
    shop = Optional.of(good("spiffe://cluster.local/ns/test/sa/other"));
    assertRefused(this::shake, "sa/other], which is not who was expected");
  }

  @Test
  void aClientOfAnotherNameIsRefused() {
    web = Optional.of(good("spiffe://cluster.local/ns/test/sa/other"));
    assertRefused(this::shake, "sa/other], which is not who was expected");
  }

  @Test
  void aChainOfAnotherRootIsRefused() {
    shop = Optional.of(credentials(stranger, now, now.plusSeconds(60), SHOP));
    assertRefused(this::shake, "PKIX path");
    shop = Optional.of(good(SHOP));
    web = Optional.of(credentials(stranger, now, now.plusSeconds(60), WEB));
    assertRefused(this::shake, "PKIX path");
    clientCertificate = false;
    assertRefused(this::shake, "PKIX path");
  }

  @Test
  void aClientWithoutACertificateIsRefusedWhereItNeedsOne() throws Exception {
    web = Optional.empty();
    for (TlsVersions version : List.of(OLD, NEW)) {
      ofClient = version;
      clientCertificate = true;
      assertRefused(this::shake, "Empty client certificate chain");
      clientCertificate = false;
      assertThat(shake().client()).isEmpty();
    }
  }

  @Test
  void aServerWithoutACertificateTerminatesNothing() {
    shop = Optional.empty();
    for (TlsVersions version : List.of(OLD, NEW)) {
      ofClient = version;
      assertThatThrownBy(this::shake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void withoutRootsNobodyIsTrusted() {
    webTrusts = Optional.empty();
    assertRefused(this::shake, "no roots are known to trust a peer by");
    webTrusts = shopTrusts;
    shopTrusts = Optional.empty();
    assertRefused(this::shake, "no roots are known to trust a peer by");
  }

  @Test
  void whatIsNotValidNowIsRefused() {
    Credentials past = credentials(ca, now.minusSeconds(60), now.minusSeconds(1), SHOP, WEB);
    Credentials future = credentials(ca, now.plusSeconds(60), now.plusSeconds(90), SHOP, WEB);
    for (Credentials bad : List.of(past, future)) {
      shop = Optional.of(bad);
      assertRefused(this::shake, "CertPathValidatorException");
      shop = Optional.of(good(SHOP));
      web = Optional.of(bad);
      assertRefused(this::shake, "CertPathValidatorException");
      web = Optional.of(good(WEB));
    }
  }

  @Test
  void theServersOrderDecidesAmongWhatTheAppSpeaks() throws Exception {
    offered = List.of("http/1.1", "h2");
    assertThat(shake().protocol()).isEqualTo("h2");
    spoken = Set.of("http/1.1");
    assertThat(shake().protocol()).isEqualTo("http/1.1");
  }

  @Test
  void withoutACommonProtocolThereIsNone() throws Exception {
    offered = List.of("istio-peer-exchange", "istio");
    assertThat(shake().protocol()).isEmpty();
    offered = List.of();
    assertThat(shake().protocol()).isEmpty();
  }

  @Test
  void aRenewedCertificateIsShownFromTheNextHandshakeOn() throws Exception {
    ClientTls client = clientTls();
    ServerTls server = serverTls();
    Handshake before = shake(client, server);
    web = Optional.of(good(WEB));
    shop = Optional.of(good(SHOP));
    // Another label, for the sessions of the first would be resumed.
    Handshake after =
        Handshake.between(client.engine("shop-2", 8080, offered), server.engine(spoken));
    assertThat(before.client()).isNotEqualTo(after.client());
    assertThat(after.client()).contains(web.get().certificate());
    assertThat(after.server()).isEqualTo(shop.get().certificate());
  }

  @Test
  void noSessionOutlivesACertificate() throws Exception {
    ClientTls client = clientTls();
    web = Optional.of(credentials(ca, now, now.plusSeconds(40), WEB));
    shake(client, serverTls());
    assertThat(client.context().getClientSessionContext().getSessionTimeout()).isBetween(1, 40);
    web = Optional.of(good(WEB));
    shop = Optional.of(credentials(ca, now, now.plusSeconds(20), SHOP));
    shake(client, serverTls());
    assertThat(client.context().getClientSessionContext().getSessionTimeout()).isBetween(1, 20);
  }

  @Test
  void aLongerLifeIsForSessionsOfARenewedCertificateAlone() throws Exception {
    ClientTls client = clientTls();
    SSLSessionContext sessions = client.context().getClientSessionContext();
    shop = Optional.of(credentials(ca, now, now.plusSeconds(20), SHOP));
    shake(client, serverTls());
    List<byte[]> before = Collections.list(sessions.getIds());
    shop = Optional.of(good(SHOP));
    shake(client, serverTls());
    assertThat(sessions.getSessionTimeout()).isBetween(1, 20);
    web = Optional.of(good(WEB));
    shake(client, serverTls());
    assertThat(sessions.getSessionTimeout()).isGreaterThan(20);
    assertThat(before).isNotEmpty().allMatch(id -> sessions.getSession(id) == null);
  }

  @Test
  void unverifiedTrustsAnybody() throws Exception {
    shop = Optional.of(credentials(stranger, now, now.plus(Duration.ofHours(1)), "any.example"));
    clientCertificate = false;
    ClientTls client = ClientTls.unverified(Optional::empty, "", TlsVersions.ISTIO);
    assertThat(PeerNames.names(shake(client, serverTls()).server())).containsExactly("any.example");
  }

  @Test
  void theServerNameGoesOutAsItStands() throws Exception {
    String name = "outbound_.8080_._.shop.test.svc.cluster.local";
    ClientTls client = new ClientTls(() -> web, () -> webTrusts, toBeShop, name, TlsVersions.ISTIO);
    SSLEngine engine = client.engine("shop", 8080, List.of("istio-h2", "istio", "h2"));
    ByteBuffer sent = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), sent);
    assertThat(ClientHello.look(sent.flip()))
        .isEqualTo(
            new ClientHello.Result.Found(
                new ClientHello(name, List.of("istio-h2", "istio", "h2"))));
  }
}
