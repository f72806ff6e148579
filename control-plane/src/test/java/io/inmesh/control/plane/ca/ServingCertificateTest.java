package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** A control plane that runs for years shows a good certificate all the time. */
class ServingCertificateTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final CaMaterial material = CaMaterial.selfSigned("cluster.local", START);
  private volatile Instant now = START;
  private final InstantSource clock = () -> now;
  private final CertificateAuthority authority = new CertificateAuthority(material, clock);
  private final ServingCertificate serving =
      new ServingCertificate(authority, List.of("localhost", "127.0.0.1"), clock, log::add);

  ServingCertificateTest() throws IOException {}

  private X509Certificate shownAfter(long days) {
    now = START.plus(Duration.ofDays(days));
    return serving.shown().certificate();
  }

  @Test
  void itStaysForHalfOfItsLife() {
    X509Certificate first = shownAfter(0);
    assertThat(first.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofDays(365)));
    assertThat(shownAfter(182)).isSameAs(first);
    X509Certificate second = shownAfter(183);
    assertThat(second).isNotEqualTo(first);
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(second.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofDays(183 + 365)));
    assertThat(shownAfter(183 + 182)).isSameAs(second);
    assertThat(log)
        .containsExactly(
            "the certificate of the secure port is renewed, until "
                + second.getNotAfter().toInstant());
  }

  @Test
  void itIsGoodWheneverSomebodyComes() {
    for (long day = 0; day < 3600; day += 37) {
      assertThat(shownAfter(day).getNotAfter().toInstant()).isAfter(now);
    }
  }

  @Test
  void itEndsWithTheAuthority() {
    Instant end = material.chain().get(0).getNotAfter().toInstant();
    long days = Duration.between(START, end).toDays();
    X509Certificate last = shownAfter(days - 1);
    assertThat(last.getNotAfter().toInstant()).isEqualTo(end);
    log.clear();
    assertThat(shownAfter(days + 1)).isSameAs(last);
    assertThat(serving.shown().certificate()).isSameAs(last);
    assertThat(log).hasSize(1);
    assertThat(log.get(0))
        .contains(
            "cannot be renewed", "the authority's own certificate has expired", "ca-cert.pem");
  }

  @Test
  void anotherAuthorityHasItMadeAnewAtOnce() throws Exception {
    X509Certificate first = shownAfter(1);
    CaMaterial other = CaMaterial.selfSigned("cluster.local", START);
    authority.use(other);
    serving.renew();
    X509Certificate second = serving.shown().certificate();
    assertThat(second).isNotEqualTo(first);
    second.verify(other.roots().get(0).getPublicKey());
  }

  @Test
  void theSecurePortShowsTheOneOfNow() throws Exception {
    try (SecurePort port =
        new SecurePort(
            new SecurePort.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null, null),
            ServerServiceDefinition.builder("discovery").build(),
            "cluster.local",
            clock,
            log::add)) {
      X509Certificate first = shownBy(port);
      assertThat(shownBy(port)).isEqualTo(first);
      now = START.plus(Duration.ofDays(200));
      X509Certificate second = shownBy(port);
      assertThat(second).isNotEqualTo(first);
      assertThat(second.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(365)));
    }
  }

  private static X509Certificate shownBy(SecurePort port)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(port.address().getAddress(), port.address().getPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** Its time is not that of this JVM. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
