package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where an app under the agent and an Envoy sidecar do not accept each other, the server's app sees
 * no request and the client is answered 503 in the words of its own side; {@code -Doracle}.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class RefusalSidecarOracleIT {
  private static final int AT_ANY_MOMENT = 50;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String SENT = "for a friend";
  private static final int UNAVAILABLE = 14;

  /** What Envoy tells, which keeps the reason to itself. */
  private static final String FAILED = "upstream connect error or disconnect/reset before headers";

  /**
   * The same where the other end refuses after the handshake, as it does in TLS 1.3; what TLS said
   * is not told.
   */
  private static final String TERMINATED = FAILED + ". reset reason: connection termination";

  private static final String UNCERTIFIED =
      "mutual TLS is required and this workload has no certificate (see /certs)";

  /** What Envoy counts where the other end ends the handshake. */
  private static final String BROKEN = "ssl.connection_error";

  private final TestCa stranger = TestCa.stranger();
  private SidecarMesh mesh;
  private Apps http;
  private Apps grpc;

  /** What is wrong between a sidecar and the agent. */
  private enum Flaw {
    SIDECAR_OF_ANOTHER_ACCOUNT(
        "is that of [spiffe://cluster.local/ns/test/sa/another], which is not who was expected"),
    SIDECAR_OF_ANOTHER_TRUST_DOMAIN("is that of [spiffe://elsewhere.example/ns/test/sa/"),
    SIDECAR_HAS_EXPIRED("validity check failed"),
    SIDECAR_OF_ANOTHER_ROOT("unable to find valid certification path"),
    SIDECAR_SHOWS_NOTHING(""),
    SIDECAR_EXPECTS_ANOTHER_ACCOUNT(TERMINATED, "ssl.fail_verify_san"),
    SIDECAR_EXPECTS_ANOTHER_TRUST_DOMAIN(TERMINATED, "ssl.fail_verify_san"),
    SIDECAR_TRUSTS_ANOTHER_ROOT(TERMINATED, "ssl.fail_verify_error");

    /** What an app under the agent is told that calls such a sidecar. */
    final String told;

    /** What the sidecar counts that refuses; empty where the agent does. */
    final String counted;

    Flaw(String told) {
      this(told, "");
    }

    Flaw(String told, String counted) {
      this.told = told;
      this.counted = counted;
    }
  }

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
    http = Apps.start(mesh, Spoken.HTTP_1);
    grpc = Apps.start(mesh, Spoken.GRPC);
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    grpc.close();
    mesh.close();
  }

  private Apps of(Spoken spoken) {
    return spoken == Spoken.GRPC ? grpc : http;
  }

  private Sidecar.Terms with(Flaw flaw, Sidecar.Terms good, String account) throws IOException {
    return switch (flaw) {
      case SIDECAR_OF_ANOTHER_ACCOUNT -> good.showing(mesh.certificate("another"));
      case SIDECAR_OF_ANOTHER_TRUST_DOMAIN ->
          good.showing(sign(mesh.mesh().ca(), "elsewhere.example", account, 60));
      case SIDECAR_HAS_EXPIRED ->
          good.showing(sign(mesh.mesh().ca(), "cluster.local", account, -1));
      case SIDECAR_OF_ANOTHER_ROOT -> good.showing(sign(stranger, "cluster.local", account, 60));
      case SIDECAR_SHOWS_NOTHING -> good.showingNothing();
      case SIDECAR_EXPECTS_ANOTHER_ACCOUNT ->
          good.accepting(Sidecar.Terms.only("cluster.local", "another"));
      case SIDECAR_EXPECTS_ANOTHER_TRUST_DOMAIN ->
          good.accepting(Sidecar.Terms.anyOf("elsewhere.example"));
      case SIDECAR_TRUSTS_ANOTHER_ROOT -> good.trusting(stranger.root());
    };
  }

  private static TestCa.Signed sign(TestCa by, String trustDomain, String account, int minutes) {
    return by.sign(trustDomain, account, Instant.now().plus(Duration.ofMinutes(minutes)));
  }

  private static List<Arguments> inEverySpeech(Set<Flaw> flaws) {
    List<Arguments> all = new ArrayList<>();
    flaws.forEach(
        flaw -> {
          for (Spoken spoken : Spoken.values()) {
            all.add(Arguments.of(flaw, spoken));
          }
        });
    return all;
  }

  /** A sidecar of any account may call. */
  static List<Arguments> flawsOfCallers() {
    return inEverySpeech(EnumSet.complementOf(EnumSet.of(Flaw.SIDECAR_OF_ANOTHER_ACCOUNT)));
  }

  /** Who is called by TLS shows a certificate. */
  static List<Arguments> flawsOfTheCalled() {
    return inEverySpeech(EnumSet.complementOf(EnumSet.of(Flaw.SIDECAR_SHOWS_NOTHING)));
  }

  private static String seen(Apps apps, Spoken spoken, int port) throws Exception {
    return apps.caller().send(spoken.seen("127.0.0.1:" + port)).text();
  }

  private static void assertRefused(Spoken spoken, ClientAnswer answer, String said) {
    if (spoken == Spoken.GRPC) {
      assertThat(answer.status()).as(answer.message()).isEqualTo(UNAVAILABLE);
      assertThat(answer.message()).contains(said);
    } else {
      assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
      assertThat(answer.text()).contains(said);
    }
  }

  private static void assertServed(Apps apps, Spoken spoken, Sidecar calling, String called)
      throws Exception {
    ClientAnswer in = apps.caller().send(spoken.echo("127.0.0.1:" + calling.port(), SENT));
    assertThat(in.text()).as(in + in.message()).isEqualTo(SENT);
    await(called)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer out = apps.web().send(spoken.echo(called + ":8080", SENT));
              assertThat(out.text()).as(out + out.message()).isEqualTo(SENT);
            });
  }

  @ParameterizedTest
  @EnumSource
  void whoAcceptsEachOtherIsServed(Spoken spoken) throws Exception {
    Apps apps = of(spoken);
    String name = "accepted" + spoken.ordinal();
    try (Sidecar calling = mesh.towards(apps.name(), apps.shop().port(), spoken.manner());
        Sidecar called = mesh.before(name, apps.bare().port(), spoken.manner())) {
      mesh.mesh().folder().secured(name, called.port(), name, spoken.protocol());

      assertServed(apps, spoken, calling, name);
    }
  }

  @ParameterizedTest
  @MethodSource("flawsOfCallers")
  void aSidecarCallsInVain(Flaw flaw, Spoken spoken) throws Exception {
    Apps apps = of(spoken);
    Sidecar.Terms flawed = with(flaw, mesh.calling(apps.name()), "web");
    try (Sidecar good = mesh.towards(apps.name(), apps.shop().port(), spoken.manner());
        Sidecar sidecar =
            Sidecar.outbound(flawed, apps.shop().port(), apps.name(), spoken.manner())) {
      String before = seen(apps, spoken, good.port());

      ClientAnswer answer = apps.caller().send(spoken.echo("127.0.0.1:" + sidecar.port(), SENT));
      assertRefused(spoken, answer, flaw.counted.isEmpty() ? TERMINATED : FAILED);
      assertThat(sidecar.stat(flaw.counted.isEmpty() ? BROKEN : flaw.counted)).isPositive();
      assertThat(seen(apps, spoken, good.port())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("flawsOfTheCalled")
  void anAppUnderTheAgentCallsInVain(Flaw flaw, Spoken spoken) throws Exception {
    Apps apps = of(spoken);
    String name = flaw.name().toLowerCase(Locale.ROOT).replace('_', '-') + spoken.ordinal();
    Sidecar.Terms flawed = with(flaw, mesh.serving(name), name);
    try (Sidecar sidecar = Sidecar.inbound(flawed, apps.bare().port(), spoken.manner())) {
      String before = seen(apps, spoken, apps.bare().port());
      mesh.mesh().folder().secured(name, sidecar.port(), name, spoken.protocol());

      // To gRPC a connection comes to be with the settings of the peer only.
      String told = spoken == Spoken.GRPC && flaw.told.equals(TERMINATED) ? FAILED : flaw.told;
      awaitRefused(apps.web(), spoken, name, told);
      if (!flaw.counted.isEmpty()) {
        // It refuses after the handshake, at any moment of the request.
        for (int i = 0; i < AT_ANY_MOMENT; i++) {
          assertRefused(spoken, apps.web().send(spoken.echo(name + ":8080", SENT)), told);
        }
        assertThat(sidecar.stat(flaw.counted)).isPositive();
      }
      assertThat(seen(apps, spoken, apps.bare().port())).isEqualTo(before);
    }
  }

  private static void awaitRefused(ForkedClient web, Spoken spoken, String name, String told) {
    await(name)
        .atMost(LONG)
        .untilAsserted(
            () -> assertRefused(spoken, web.send(spoken.echo(name + ":8080", SENT)), told));
  }

  @ParameterizedTest
  @EnumSource
  void anAppWhoseAgentHasNoCertificateCallsInVain(Spoken spoken) throws Exception {
    Apps apps = of(spoken);
    String name = "uncertified" + spoken.ordinal();
    try (Sidecar sidecar = mesh.before(name, apps.bare().port(), spoken.manner());
        ForkedClient nobody =
            mesh.mesh().app(Jdks.running(), AppClassPath.ofTheTests(), spoken.client().getName())) {
      String before = seen(apps, spoken, apps.bare().port());
      mesh.mesh().folder().secured(name, sidecar.port(), name, spoken.protocol());

      awaitRefused(nobody, spoken, name, UNCERTIFIED);
      assertThat(seen(apps, spoken, apps.bare().port())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAppWhoseCertificateHasExpiredNeitherCallsNorIsCalled(Spoken spoken) throws Exception {
    Sidecar.Manner once = new Sidecar.Manner(spoken != Spoken.HTTP_1, 1, false, false);
    String life = "certificate-life=" + Rotation.LIFE.toSeconds() + "s";
    try (SidecarMesh brief = new SidecarMesh();
        Apps apps = Apps.start(brief, spoken, life)) {
      try (Sidecar calling = brief.towards(apps.name(), apps.shop().port(), once);
          Sidecar called = brief.before("bare", apps.bare().port(), spoken.manner())) {
        brief.mesh().folder().secured("bare", called.port(), "bare", spoken.protocol());
        assertServed(apps, spoken, calling, "bare");

        brief.mesh().controlPlane().kill();

        awaitRefused(apps.web(), spoken, "bare", UNCERTIFIED);
        await("in")
            .atMost(LONG)
            .untilAsserted(
                () ->
                    assertRefused(
                        spoken,
                        apps.caller().send(spoken.echo("127.0.0.1:" + calling.port(), SENT)),
                        FAILED));
        String before = seen(apps, spoken, apps.bare().port());
        assertRefused(spoken, apps.web().send(spoken.echo("bare:8080", SENT)), UNCERTIFIED);
        assertThat(seen(apps, spoken, apps.bare().port())).isEqualTo(before);
      }
    }
  }
}
