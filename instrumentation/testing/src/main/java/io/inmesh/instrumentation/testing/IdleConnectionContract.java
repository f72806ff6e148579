package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which connections end when the configuration changes, as the peer sees it. A part of {@link
 * ClientContract}; each case has services of its own.
 */
abstract class IdleConnectionContract extends TrafficPolicyContract {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int AT_ONCE = 8;

  private static ClientCall call(String service) {
    return ClientCall.get("http://" + service + ":8080/");
  }

  private ClientAnswer ask(String service) {
    return app().send(call(service));
  }

  @Test
  void anEndpointThatIsRemovedLosesItsIdleConnectionAndTheOthersKeepTheirs() throws Exception {
    Upstream upstream = mesh().upstream("shrinking");
    try (Relay leaving = Relay.to(upstream.port());
        Relay staying = Relay.to(upstream.port())) {
      mesh().folder().service("shrinking", leaving.port(), staying.port());
      await("both are called")
          .atMost(LONG)
          .until(
              () -> ask("shrinking").status() == 200 && leaving.open() > 0 && staying.open() > 0);
      int kept = staying.open();

      mesh().folder().service("shrinking", staying.port());

      await("the idle connection is closed").atMost(LONG).until(() -> leaving.open() == 0);
      assertThat(ask("shrinking").text()).isEqualTo("shrinking");
      assertThat(staying.open()).isEqualTo(kept);
      assertThat(staying.accepted()).isEqualTo(kept);

      mesh().folder().service("shrinking", leaving.port(), staying.port());

      await("it is called again when it comes back")
          .atMost(LONG)
          .until(() -> ask("shrinking").status() == 200 && leaving.open() > 0);
    }
  }

  @Test
  void aServiceThatIsRemovedLosesItsIdleConnectionsAndTheAppKeepsItsOwn() throws Exception {
    Upstream upstream = mesh().upstream("ending");
    try (Relay relay = Relay.to(upstream.port());
        Relay own = Relay.to(upstream.port())) {
      assertThat(app().send(ClientCall.get("http://127.0.0.1:" + own.port() + "/")).status())
          .isEqualTo(200);
      mesh().folder().service("ending", relay.port());
      await("it is called").atMost(LONG).until(() -> ask("ending").status() == 200);

      mesh().folder().remove("service-ending");

      await("the idle connection is closed").atMost(LONG).until(() -> relay.open() == 0);
      assertThat(own.open()).isEqualTo(1);
    }
  }

  /** As without a mesh: the library finds out when it uses the connection, and takes a new one. */
  @Test
  void aConnectionThatItsServerHasEndedCostsNoCall() throws Exception {
    try (Fleeting server = Fleeting.start()) {
      mesh().folder().service("fleeting", server.port());
      await("it is called").atMost(LONG).until(() -> ask("fleeting").status() == 200);
      for (int i = 0; i < 5; i++) {
        await("the connection has ended").atMost(LONG).until(server::hasEndedAll);
        assertThat(ask("fleeting").text()).isEqualTo("fleeting");
      }
    }
  }

  @Test
  void aChangeOfWhatConnectionsDoNotDependOnLeavesThemOpen() throws Exception {
    Upstream upstream = mesh().upstream("steady");
    Upstream other = mesh().upstream("passing");
    try (Relay steady = Relay.to(upstream.port());
        Relay passing = Relay.to(other.port())) {
      mesh().folder().service("steady", steady.port());
      mesh().folder().service("passing", passing.port());
      await("both are called")
          .atMost(LONG)
          .until(() -> ask("steady").status() == 200 && ask("passing").status() == 200);

      mesh().folder().policy("steady", "{connectionPool: {http: {http2MaxRequests: 4242}}}");
      await("the policy is in force")
          .atMost(LONG)
          .until(() -> mesh().admin(app(), "/clusters?format=json").contains("4242"));
      mesh().folder().remove("service-passing");
      await("connections have been looked at").atMost(LONG).until(() -> passing.open() == 0);

      assertThat(ask("steady").text()).isEqualTo("steady");
      assertThat(steady.accepted()).isEqualTo(1);
      assertThat(steady.open()).isEqualTo(1);
    }
  }

  @Test
  void noCallFailsWhileAnEndpointComesAndGoes() throws Exception {
    Upstream upstream = mesh().upstream("unsettled");
    try (Relay staying = Relay.to(upstream.port());
        Relay flapping = Relay.to(upstream.port())) {
      mesh().folder().service("unsettled", staying.port(), flapping.port());
      await("both are called")
          .atMost(LONG)
          .until(() -> ask("unsettled").status() == 200 && flapping.open() > 0);
      for (boolean there : new boolean[] {false, true, false, true, false}) {
        if (there) {
          mesh().folder().service("unsettled", staying.port(), flapping.port());
        } else {
          mesh().folder().service("unsettled", staying.port());
        }
        await(there ? "it has connections" : "it has none")
            .atMost(LONG)
            .pollInterval(Duration.ofMillis(10))
            .until(
                () -> {
                  askAtOnce("unsettled");
                  return there == flapping.open() > 0;
                });
      }
    }
  }

  private void askAtOnce(String service) {
    List<CompletableFuture<ClientAnswer>> answers =
        Stream.generate(() -> app().start(call(service))).limit(AT_ONCE).toList();
    answers.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
  }

  @Test
  void aConnectionInUseFinishesItsResponseAndIsClosedThen() throws Exception {
    Upstream first = mesh().upstream("first");
    Upstream second = mesh().upstream("second");
    try (Relay leaving = Relay.to(first.port())) {
      mesh().folder().service("busy", leaving.port());
      await("it is called").atMost(LONG).until(() -> ask("busy").status() == 200);
      leaving.hold();
      List<CompletableFuture<ClientAnswer>> two =
          List.of(app().start(call("busy")), app().start(call("busy")));
      await("each call has a connection").atMost(LONG).until(() -> leaving.open() == 2);
      leaving.release();
      two.forEach(answer -> assertThat(answer.join().text()).isEqualTo("first"));
      int served = first.seen().size();
      leaving.hold();
      CompletableFuture<ClientAnswer> last = app().start(call("busy"));
      await("it is answered, into the relay")
          .atMost(LONG)
          .until(() -> first.seen().size() > served);

      mesh().folder().service("busy", second.port());

      await("the idle one of the two is closed").atMost(LONG).until(() -> leaving.open() == 1);
      assertThat(ask("busy").text()).isEqualTo("second");
      assertThat(last).isNotDone();
      leaving.release();
      assertThat(last.join().text()).isEqualTo("first");
      assertThat(last.join().status()).isEqualTo(200);
      await("the other one is closed too").atMost(LONG).until(() -> leaving.open() == 0);
    }
  }
}
