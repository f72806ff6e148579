package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that come before the server has a configuration. */
interface StartCases extends ServerCases {
  /** Longer than a server takes that has nothing to wait for. */
  int HELD_MILLIS = 300;

  @Test
  @Tag("matrix")
  default void whatComesBeforeTheConfigurationIsHeldAndThenServed() throws Exception {
    try (Relay controlPlane = controlPlaneThatIsSilent();
        ForkedServer early = unconfigured("early", at(controlPlane), "startup=wait=60s");
        Wire clear = clear(early.port())) {
      MeshCaller caller = caller();
      CompletableFuture<Boolean> secure =
          CompletableFuture.supplyAsync(() -> isServed(caller, early.port()));
      clear.ask("/items");
      await().atMost(LONG).until(() -> controlPlane.accepted() > 0);
      TimeUnit.MILLISECONDS.sleep(HELD_MILLIS);
      assertThat(clear.isAnswered()).isFalse();
      assertThat(secure).isNotDone();

      controlPlane.release();

      assertThat(clear.read().text()).isEqualTo("hello");
      assertThat(secure.get()).isTrue();
    }
  }

  @Test
  @Tag("matrix")
  default void whatWasHeldIsRefusedWhenTheTimeIsOver() throws Exception {
    try (Relay controlPlane = controlPlaneThatIsSilent();
        ForkedServer early = unconfigured("early", at(controlPlane), "startup=wait=3s")) {
      assertRefused(early);
      assertRefused(early);

      controlPlane.release();
      await("configuration").atMost(LONG).until(() -> isServed(caller(), early.port()));
      assertThat(isServed(clear(early.port()))).isTrue();
    }
  }

  @Test
  @Tag("matrix")
  default void nothingIsHeldWhereTheSettingSaysFail() throws Exception {
    try (Relay controlPlane = controlPlaneThatIsSilent();
        ForkedServer early = unconfigured("early", at(controlPlane), "startup=fail")) {
      assertRefused(early);
    }
  }

  private Relay controlPlaneThatIsSilent() throws IOException {
    String address = mesh().controlPlane().secure().orElseThrow();
    Relay relay = Relay.to(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    relay.hold();
    return relay;
  }

  private static String at(Relay controlPlane) {
    return "xds=https://127.0.0.1:" + controlPlane.port();
  }

  private void assertRefused(ForkedServer early) throws IOException {
    try (Wire clear = clear(early.port())) {
      assertThat(clear.isRefused("/items")).isTrue();
    }
    assertThat(isServed(caller(), early.port())).isFalse();
  }
}
