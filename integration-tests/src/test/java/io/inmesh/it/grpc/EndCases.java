package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.Counters;
import io.inmesh.instrumentation.testing.Relay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How calls and channels end. */
interface EndCases extends GrpcCases {
  @Test
  default void aCancelledCallEndsEverywhere() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.BIDI_STREAMING, CATALOG + "/shop.Catalog/Hang", "hi")
                    .cancelledAfter(200));

    assertThat(answer.status()).isEqualTo(Status.Code.CANCELLED.value());
    assertThat(answer.message()).isEqualTo("no longer wanted");
    await().untilAsserted(() -> assertThat(v1().cancelled()).isEqualTo(1));
  }

  @Test
  default void aChannelEndsWithItsConnections() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "hi").withCookies());

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(answer.uri()).isEqualTo("ended");
  }

  @Test
  default void anEndpointThatIsRemovedLosesItsConnectionWhenItsCallsHaveEnded() throws Exception {
    try (Relay leaving = Relay.to(v1().port())) {
      mesh().folder().service("leaving", leaving.port());
      String url = "http://leaving:8080/shop.Catalog/";
      await("it is called")
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> app().send(GrpcApp.call(MethodType.UNARY, url + "Echo", "hi")).status() == 0);
      leaving.hold();
      CompletableFuture<ClientAnswer> last =
          app().start(GrpcApp.call(MethodType.UNARY, url + "Echo", "last"));
      await("it is answered, into the relay")
          .until(
              () -> v1().seen().stream().anyMatch(seen -> seen.authority().equals("leaving:8080")));

      mesh().folder().service("leaving", v2().port());

      await("others go elsewhere")
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  app()
                      // One that is sent before the change is known waits in the relay.
                      .send(GrpcApp.call(MethodType.UNARY, url + "Echo", "hi").within(1000))
                      .header("x-server")
                      .equals("v2"));
      assertThat(last).isNotDone();
      leaving.release();
      assertThat(last.join().text()).isEqualTo("last");
      await("the connection is closed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> leaving.open() == 0);
    }
  }

  @Test
  default void everyCallEndsOnce() {
    v1().script(Status.UNAVAILABLE);
    unary("/shop.Flaky/Echo", "hi");
    unary("/shop.Broken/Echo", "hi");
    unary("/shop.Slow/Hang", "hi");

    await()
        .untilAsserted(
            () -> {
              Counters counters = new Counters(mesh().admin(app(), "/stats/prometheus"));
              assertThat(counters.all("inmesh_requests_ended_total"))
                  .isEqualTo(counters.all("inmesh_requests_opened_total"))
                  .isPositive();
            });
  }
}
