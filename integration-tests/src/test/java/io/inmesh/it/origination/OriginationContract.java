package io.inmesh.it.origination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a call in clear to a server in no mesh, for which a DestinationRule asks for TLS
 * of mode SIMPLE or MUTUAL with certificates in files. A part of the contracts of secured clients.
 */
public abstract class OriginationContract extends SecuredApps {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String MARKER = "nobody-else-may-read-this";

  /** The type of a TLS record, its first byte. */
  private static final String HANDSHAKE = "\u0016";

  private static final String NAME = "outside.example";
  private static final Optional<TestCa> NOBODY = Optional.empty();

  private final TestCa ca = TestCa.stranger();
  private int services;

  /** How the app speaks. */
  protected abstract Speech speech();

  /** A server, and all that goes to it and comes from it. */
  private record Outside(String name, OutsideServer server, Relay relay) implements AutoCloseable {
    void assertUntold() {
      assertThat(relay.seen()).doesNotContain("HTTP/", MARKER);
      assertThat(relay.seen())
          .satisfiesAnyOf(
              seen -> assertThat(seen).isEmpty(), seen -> assertThat(seen).startsWith(HANDSHAKE));
    }

    @Override
    public void close() throws Exception {
      relay.close();
      server.close();
    }
  }

  private Outside outside(TestCa.Signed shown, Optional<TestCa> callers, String tls)
      throws IOException {
    String name = "outside" + services++;
    OutsideServer server = speech().server(shown, callers);
    Relay relay = Relay.to(server.port());
    mesh().folder().external(name, relay.port(), speech().protocol(), tls);
    return new Outside(name, server, relay);
  }

  private TestCa.Signed named(String... names) {
    Instant now = Instant.now();
    return ca.sign(now.minusSeconds(60), now.plusSeconds(3600), names);
  }

  /** The files that a rule names. */
  private record Pems(Path folder) {
    Path roots() {
      return folder.resolve("roots.pem");
    }

    Path chain() {
      return folder.resolve("chain.pem");
    }

    Path key() {
      return folder.resolve("key.pem");
    }

    void show(TestCa.Signed own) throws IOException {
      own.write(chain(), key());
    }

    String simple() {
      return "{mode: SIMPLE, caCertificates: %s, sni: sent.example, subjectAltNames: [%s]}"
          .formatted(roots(), NAME);
    }

    String mutual() {
      return ("{mode: MUTUAL, caCertificates: %s, clientCertificate: %s, privateKey: %s,"
              + " subjectAltNames: [%s]}")
          .formatted(roots(), chain(), key(), NAME);
    }
  }

  /** Files of which that of the roots is there. */
  private Pems trusting(Path folder) throws IOException {
    Pems pems = new Pems(folder);
    ca.writeRoot(pems.roots());
    return pems;
  }

  private ClientAnswer send(ForkedClient by, Outside to) {
    return by.send(speech().call(to.name + ".example:8080").with("x-mark", MARKER));
  }

  private void assertServed(ForkedClient by, Outside to, String view) {
    await(to.name)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = send(by, to);
              assertThat(answer.status()).as(said(answer)).isEqualTo(speech().served());
              assertThat(answer.text()).isEqualTo(view);
            });
    to.assertUntold();
  }

  private void awaitRefused(ForkedClient by, Outside to, String why) {
    await(to.name)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = send(by, to);
              assertThat(answer.status()).as(said(answer)).isEqualTo(speech().unavailable());
              assertThat(said(answer))
                  .contains("upstream connect error or disconnect/reset before headers", why);
            });
    to.assertUntold();
  }

  /** The mesh answers, and the server has never heard of a request. */
  private void assertRefused(ForkedClient by, Outside to, String why) {
    awaitRefused(by, to, why);
    assertThat(to.server.seen()).isZero();
  }

  private static String said(ClientAnswer answer) {
    return answer.failure() + answer.message() + answer.text();
  }

  @Test
  void simpleIsTlsOnTheWire(@TempDir Path folder) throws Exception {
    try (Outside outside = outside(named(NAME), NOBODY, trusting(folder).simple())) {
      assertServed(app(), outside, "for [sent.example] from []");
    }
  }

  @Test
  void aServerOfAnotherNameIsNotCalled(@TempDir Path folder) throws Exception {
    String rule = trusting(folder).simple();
    try (Outside outside = outside(named("another.example"), NOBODY, rule)) {
      assertRefused(app(), outside, "[another.example], which is not who was expected");
    }
  }

  @Test
  void aServerOfAnotherRootIsNotCalled(@TempDir Path folder) throws Exception {
    TestCa.Signed other = TestCa.stranger().server(NAME);
    try (Outside outside = outside(other, NOBODY, trusting(folder).simple())) {
      assertRefused(app(), outside, "PKIX path");
    }
  }

  @Test
  void withoutItsRootsNobodyIsCalled(@TempDir Path folder) throws Exception {
    Pems pems = new Pems(folder);
    try (Outside outside = outside(named(NAME), NOBODY, pems.simple())) {
      assertRefused(app(), outside, "the roots file-root:" + pems.roots() + " are not there");
      assertThat(outside.relay.accepted()).isZero();

      ca.writeRoot(pems.roots());

      assertServed(app(), outside, "for [sent.example] from []");
    }
  }

  @Test
  void mutualShowsTheCertificateOfTheFile(@TempDir Path folder) throws Exception {
    Pems pems = trusting(folder);
    pems.show(named("spiffe://example/app", "app.example"));
    try (Outside outside = outside(named(NAME), Optional.of(ca), pems.mutual())) {
      assertServed(
          app(),
          outside,
          "for [%s.example] from [spiffe://example/app, app.example]".formatted(outside.name));
    }
  }

  @Test
  void whoAsksForACertificateIsNotCalledWithoutOne(@TempDir Path folder) throws Exception {
    try (Outside outside = outside(named(NAME), Optional.of(ca), trusting(folder).simple())) {
      assertRefused(app(), outside, "");
    }
  }

  @Test
  void aCertificateThatCannotBeReadIsNotLeftOut(@TempDir Path folder) throws Exception {
    Pems pems = trusting(folder);
    try (Outside outside = outside(named(NAME), Optional.of(ca), pems.mutual())) {
      String why =
          "the certificate file-cert:%s~%s is not there".formatted(pems.chain(), pems.key());
      assertRefused(app(), outside, why);
      Files.writeString(pems.chain(), "none");
      Files.writeString(pems.key(), "none");
      assertRefused(app(), outside, why);
      assertThat(outside.relay.accepted()).isZero();

      pems.show(named("app.example"));

      assertServed(app(), outside, "for [%s.example] from [app.example]".formatted(outside.name));
    }
  }

  @Test
  void aFileThatIsReplacedCountsFromTheNextConnectionOn(@TempDir Path folder) throws Exception {
    Pems pems = trusting(folder);
    pems.show(named("before.example"));
    try (Outside outside = outside(named(NAME), Optional.of(ca), pems.mutual())) {
      String view = "for [%s.example] from ".formatted(outside.name);
      assertServed(app(), outside, view + "[before.example]");

      pems.show(named("after.example"));
      assertServed(app(), outside, view + "[after.example]");

      TestCa.stranger().writeRoot(pems.roots());
      awaitRefused(app(), outside, "PKIX path");
    }
  }

  @Test
  void whatTheRuleLeavesOutComesFromTheHostAndTheJvm() throws Exception {
    TestCa.Signed own = named("outside" + services + ".example");
    try (Outside outside = outside(own, NOBODY, "{mode: SIMPLE}");
        Outside other = outside(named(NAME), NOBODY, "{mode: SIMPLE}");
        ForkedClient trusting = another("trusting", ca.trustOptions())) {
      assertRefused(app(), outside, "PKIX path");
      assertRefused(trusting, other, "[outside.example], which is not who was expected");
      assertServed(trusting, outside, "for [%s.example] from []".formatted(outside.name));
    }
  }
}
