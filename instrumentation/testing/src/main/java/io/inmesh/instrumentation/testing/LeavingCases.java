package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** An app that was told to end and still serves. */
interface LeavingCases extends ServerCases {
  @Test
  default void callersAreToldThatTheAppEnds() throws IOException {
    try (ForkedServer leaving = another("leaving", 0);
        Wire clear = Wire.plain(leaving.port());
        Wire secure = caller().connect(leaving.port())) {
      assertThat(isSentAway(clear.get("/items"))).isFalse();
      assertThat(isSentAway(secure.get("/items"))).isFalse();

      leaving.terminate();
      await().atMost(LONG).until(() -> isSentAway(Wire.plain(leaving.port())));
      assertThat(isSentAway(clear.get("/items"))).isTrue();
      assertThat(clear.ended()).isTrue();
      assertThat(isSentAway(secure.get("/items"))).isTrue();
      assertThat(secure.endedAfterAnAlert()).isTrue();
    }
  }

  private static boolean isSentAway(Wire wire) throws IOException {
    try (wire) {
      return isSentAway(wire.get("/items"));
    }
  }

  private static boolean isSentAway(Wire.Answer answer) {
    assertThat(answer.text()).isEqualTo("hello");
    return answer.header("connection").equalsIgnoreCase("close");
  }
}
