package io.inmesh.control.client.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.SecretMessages;
import io.inmesh.control.client.transport.StreamEnd;
import io.inmesh.control.client.wire.WireWriter;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Identity;
import io.inmesh.tls.SpiffeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Days of a certificate, good and bad, in a time that the test makes. */
class IdentityClientTest {
  private static final SpiffeId WEB = SpiffeId.of("cluster.local", "test", "web");
  private static final Duration LIFE = Duration.ofHours(1);

  private final TestCa ca = TestCa.stranger();
  private final List<Optional<Identity>> heard = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final ManualTransport transport = new ManualTransport(this::answer);
  private final IdentityClient client = client(null);

  // What the authority does.
  private boolean away;
  private boolean silent;
  private boolean withRoot = true;
  private Duration begins = Duration.ofMinutes(-2);
  private String names = WEB.toString();

  private IdentityClient client(@Nullable Path roots) {
    return new IdentityClient(
        new IdentitySettings(WEB, "Kubernetes", roots, LIFE),
        transport,
        transport,
        () -> 0,
        heard::add,
        new Log());
  }

  private void answer(ManualTransport.Call call) {
    if (silent) {
      return;
    }
    if (away) {
      call.end(new StreamEnd(false, "cannot connect"));
      return;
    }
    Instant now = transport.truth();
    List<X509Certificate> chain =
        ca.sign(keyIn(call.request()), now.plus(begins), now.plus(LIFE), names);
    WireWriter out = new WireWriter();
    for (X509Certificate certificate : withRoot ? chain : chain.subList(0, 1)) {
      out.element(1, SecretMessages.pem(certificate));
    }
    call.answer(out.toBytes());
    call.end(new StreamEnd(true, "done"));
  }

  private static PublicKey keyIn(byte[] request) {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    try (PEMParser pem = new PEMParser(new StringReader(text.substring(text.indexOf("-----"))))) {
      return new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) pem.readObject())
          .getPublicKey();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private void start() {
    client.start();
    transport.pass(Duration.ofSeconds(1));
  }

  private String problem() {
    return client.status().problem().orElse("");
  }

  private boolean identified() {
    return client.status().identity().isPresent();
  }

  @Test
  void isRenewedAtHalfOfItsLife() {
    start();
    assertThat(identified()).isTrue();
    transport.pass(Duration.ofMinutes(29));
    assertThat(heard).hasSize(1);
    transport.pass(Duration.ofMinutes(2));
    assertThat(heard).hasSize(2).allMatch(Optional::isPresent);
    assertThat(transport.calls())
        .allSatisfy(call -> assertThat(call.metadata()).containsEntry("clusterid", "Kubernetes"));
  }

  @Test
  void servesUntilItExpiresWhileTheAuthorityIsAwayAndNotAMomentLonger() {
    start();
    away = true;
    transport.pass(LIFE.minusSeconds(2));
    assertThat(identified()).isTrue();
    assertThat(problem()).isEqualTo("cannot connect");
    assertThat(log).anyMatch(l -> l.contains("cannot connect; the one until "));
    transport.pass(Duration.ofSeconds(2));
    assertThat(identified()).isFalse();
    assertThat(heard).last().isEqualTo(Optional.empty());
    assertThat(log).filteredOn(l -> l.contains("has expired")).hasSize(1);
    away = false;
    transport.pass(Duration.ofSeconds(31));
    assertThat(identified()).isTrue();
    assertThat(problem()).isEmpty();
  }

  @Test
  void isAskedForAgainWithBackOffAndSaidOnce() {
    away = true;
    start();
    int soon = transport.calls().size();
    assertThat(soon).isBetween(3, 6);
    transport.pass(Duration.ofMinutes(10));
    assertThat(transport.calls().size() - soon).isBetween(20, 60);
    assertThat(log).filteredOn(l -> l.contains("no certificate for")).hasSize(1);
  }

  @Test
  void anAuthorityThatSaysNothingIsLeft() {
    silent = true;
    start();
    transport.pass(Duration.ofSeconds(10));
    assertThat(problem()).isEqualTo("no answer within 10 s");
    assertThat(transport.calls().get(0).over()).isTrue();
    silent = false;
    transport.pass(Duration.ofSeconds(10));
    assertThat(identified()).isTrue();
  }

  @Test
  void aClockThatIsBehindWaitsForTheCertificateToBegin() {
    transport.behind(Duration.ofMinutes(4));
    start();
    assertThat(identified()).isFalse();
    assertThat(problem()).contains("valid from", "are the clocks right?");
    assertThat(log).filteredOn(l -> l.contains("are the clocks right?")).hasSize(1);
    int asked = transport.calls().size();
    transport.pass(Duration.ofMinutes(2));
    assertThat(identified()).isTrue();
    assertThat(problem()).isEmpty();
    assertThat(transport.calls()).as("the one that came is used").hasSize(asked);
  }

  @Test
  void aClockThatIsFarBehindGetsNone() {
    transport.behind(Duration.ofMinutes(10));
    start();
    transport.pass(Duration.ofMinutes(4));
    assertThat(identified()).isFalse();
    assertThat(problem()).contains("are the clocks right?");
    assertThat(transport.calls().size()).as("it is asked for anew").isGreaterThan(5);
    transport.behind(Duration.ofMinutes(1));
    transport.pass(Duration.ofMinutes(1));
    assertThat(identified()).isTrue();
  }

  @Test
  void aClockThatIsAheadGetsNoneThatHasExpired() {
    transport.behind(LIFE.plusMinutes(1).negated());
    start();
    assertThat(identified()).isFalse();
    assertThat(problem()).contains("are the clocks right?");
  }

  @Test
  void aClockThatIsSetForwardDropsWhatHasExpired() {
    start();
    away = true;
    transport.behind(LIFE.negated());
    transport.pass(Duration.ofSeconds(31));
    assertThat(identified()).isFalse();
  }

  @Test
  void withoutRootsThereIsNoIdentity() {
    withRoot = false;
    start();
    assertThat(identified()).isFalse();
    assertThat(problem()).isEqualTo("a trust bundle without roots trusts nobody");
  }

  @Test
  void aCertificateOfNobodyIsNone() {
    names = "web.example";
    start();
    assertThat(identified()).isFalse();
    assertThat(problem()).contains("names no SPIFFE id");
  }

  @Test
  void aCertificateForAnotherAccountIsUsedAndSaid() {
    names = SpiffeId.of("cluster.local", "test", "other").toString();
    start();
    assertThat(identified()).isTrue();
    assertThat(log).contains("asked for " + WEB + ", but this workload is " + names);
  }

  private final class Log implements ClientLog {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      log.add(message);
    }
  }
}
