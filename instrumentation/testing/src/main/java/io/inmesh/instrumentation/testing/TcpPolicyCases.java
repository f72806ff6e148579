package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** AuthorizationPolicy on a port of bytes: it decides about connections, before the app does. */
interface TcpPolicyCases extends ServerCases {
  String POLICY = "tcp";
  String OTHER = "other";
  String CLEAR = "clear";

  /** A policy, and whom it lets in: by service account, or in clear. */
  record Policy(String action, String rules, Set<String> admitted) {}

  /** Names of service accounts stand for their principals. */
  List<Policy> POLICIES =
      List.of(
          new Policy("DENY", "[{from: [{source: {principals: <other>}}]}]", Set.of(CALLER, CLEAR)),
          new Policy("ALLOW", "[{from: [{source: {principals: <web>}}]}]", Set.of(CALLER)),
          new Policy("DENY", "[{from: [{source: {ipBlocks: ['127.0.0.1']}}]}]", Set.of()));

  @Test
  default void whomItDeniesIsClosedBeforeTheAppSeesAByte() throws IOException {
    declare("TCP");
    try {
      String before = seen(secure(caller()));
      for (Policy policy : POLICIES) {
        enforce(policy);
        if (!policy.admitted.contains(CLEAR)) {
          assertClosed(clear());
        }
        assertClosed(secure(other()));
      }
      mesh().folder().noAuthorization(POLICY);
      await("all").atMost(LONG).until(() -> isAdmitted(CALLER) && isAdmitted(OTHER));
      assertThat(seen(secure(caller()))).isEqualTo(before);
    } finally {
      forgetPolicy();
    }
  }

  @Test
  default void aNewPolicyClosesOpenConnectionsThatItDenies() throws IOException {
    declare("TCP");
    try (Wire admitted = secure(caller());
        Wire denied = secure(other());
        Wire plain = clear()) {
      for (Wire wire : List.of(admitted, denied, plain)) {
        assertThat(wire.get("/items").text()).isEqualTo("hello");
      }
      write(POLICIES.get(1));

      assertThat(denied.ended()).isTrue();
      assertThat(plain.ended()).isTrue();
      assertThat(admitted.get("/items").text()).isEqualTo("hello");
    } finally {
      forgetPolicy();
    }
  }

  private void enforce(Policy policy) {
    write(policy);
    for (String account : List.of(CALLER, OTHER, CLEAR)) {
      await(account + " under " + policy)
          .atMost(LONG)
          .until(() -> isAdmitted(account) == policy.admitted.contains(account));
    }
  }

  private void write(Policy policy) {
    String rules = policy.rules.replaceAll("<(\\w+)>", "['cluster.local/ns/test/sa/$1']");
    mesh().folder().authorization(SERVER, POLICY, policy.action, rules);
  }

  private void forgetPolicy() {
    mesh().folder().noAuthorization(POLICY);
    declare("HTTP");
  }

  private MeshCaller other() throws IOException {
    return caller(OTHER);
  }

  /** Asks for the page that the app does not count. */
  private boolean isAdmitted(String account) {
    try {
      return !seen(account.equals(CLEAR) ? clear() : secure(caller(account))).isEmpty();
    } catch (IOException refused) {
      return false;
    }
  }

  private static String seen(Wire wire) throws IOException {
    try (wire) {
      return wire.get("/seen").text();
    }
  }

  /** Without an answer, though a page is asked for that the app counts. */
  private static void assertClosed(Wire wire) throws IOException {
    try (wire) {
      assertThat(wire.isRefused("/items")).isTrue();
    }
  }
}
