package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** AuthorizationPolicy on the app's own port. */
interface AccessCases extends ServerCases {
  String DENIED = "RBAC: access denied";

  @AfterEach
  default void allowAll() {
    mesh().folder().noAuthorization("test");
  }

  /** Sets the policy, and waits until this request gets this status. */
  private void policy(MeshCaller caller, String path, int status, String action, String rules) {
    mesh().folder().authorization(SERVER, "test", action, rules);
    await(action)
        .atMost(LONG)
        .untilAsserted(() -> assertThat(status(caller, path)).isEqualTo(status));
  }

  private int status(MeshCaller caller, String path) throws IOException {
    try (Wire wire = caller.connect(app().port())) {
      return wire.get(path).status();
    }
  }

  @Test
  default void whatIsDeniedNeverReachesTheApp() throws IOException {
    policy(caller(), "/items", 403, "DENY", "[{to: [{operation: {paths: ['/items', '/echo']}}]}]");
    try (Wire mutual = caller().connect(app().port());
        Wire plain = Wire.plain(app().port())) {
      for (Wire wire : List.of(mutual, plain)) {
        String before = wire.get("/seen").text();
        Wire.Answer denied = wire.get("/items?a=b");

        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.text()).isEqualTo(DENIED);
        assertThat(denied.header("content-type")).isEqualTo("text/plain");
        assertThat(wire.post("/echo", new byte[1000]).status()).isEqualTo(403);
        assertThat(wire.get("/seen").text()).as("on the same connection").isEqualTo(before);
      }
    }
  }

  @Test
  default void aPathThatTheAppDoesNotServeIsDecidedToo() throws IOException {
    policy(caller(), "/nowhere", 403, "DENY", "[{to: [{operation: {paths: ['/nowhere*']}}]}]");
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/nowhere/at/all").text()).isEqualTo(DENIED);
      assertThat(wire.get("/elsewhere").status()).isEqualTo(404);
    }
  }

  @Test
  default void pathsAreThoseThatTheAppSees() throws IOException {
    policy(caller(), "/items", 403, "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/%69tems").text()).isNotEqualTo("hello");
    }
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/echo/../items").text()).isNotEqualTo("hello");
    }
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("http://shop:8080/items").text()).isNotEqualTo("hello");
    }
  }

  @Test
  default void callersAreAllowedByTheirIdentity() throws IOException {
    MeshCaller other = MeshCaller.of(mesh().ca(), "other", SERVER);
    policy(
        other,
        "/items",
        403,
        "ALLOW",
        "[{from: [{source: {principals: ['cluster.local/ns/test/sa/" + CALLER + "']}}]}]");

    assertThat(status(caller(), "/items")).isEqualTo(200);
    try (Wire plain = Wire.plain(app().port())) {
      assertThat(plain.get("/items").text()).isEqualTo(DENIED);
    }
  }

  @Test
  default void aPolicyReachesOpenConnections() throws IOException {
    try (Wire wire = caller().connect(app().port())) {
      assertThat(wire.get("/items").status()).isEqualTo(200);
      policy(caller(), "/items", 403, "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
      assertThat(wire.get("/items").text()).isEqualTo(DENIED);
      allowAll();
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(wire.get("/items").status()).isEqualTo(200));
    }
  }

  /** Answers of the mesh and of the library, callers that go away, and requests that wait. */
  @Test
  default void eachRequestEndsOnce() throws IOException {
    policy(caller(), "/items", 403, "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
    try (Wire wire = caller().connect(app().port())) {
      wire.get("/view");
      wire.get("/items");
      wire.post("/echo", new byte[100_000]);
      wire.send(Wire.head("GET", "/big?1000000"));
    }
    try (Wire wire = Wire.plain(app().port())) {
      wire.send(Wire.head("GET", "/slow?500"));
    }
    try (Wire wire = Wire.plain(app().port())) {
      wire.get("/elsewhere");
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              Counters counters = new Counters(mesh().admin(app(), "/stats/prometheus"));
              assertThat(counters.of("inmesh_inbound_requests_total{kind=\"admitted\"}"))
                  .isPositive()
                  .isEqualTo(counters.of("inmesh_inbound_requests_ended_total"));
            });
  }
}
