package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken off a request for whose caller nobody vouches. */
class UntrustedHeadersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-forwarded-client-cert",
        "x-envoy-internal",
        "x-envoy-peer-metadata",
        "x-envoy-peer-metadata-id",
        "x-envoy-decorator-operation",
        "x-envoy-retry-on",
        "x-envoy-expected-rq-timeout-ms"
      })
  void whatOnlyASidecarMaySayIsRemoved(String name) {
    TestHead head = TestHead.get("http://h/").with(name, "forged");
    UntrustedHeaders.removeAll(head);
    assertThat(head.header(name)).isNull();
  }

  @Test
  void theCallersOwnHeadersStay() {
    TestHead head = TestHead.get("http://h/").with("user-agent", "kube-probe").with("x-own", "a");
    UntrustedHeaders.removeAll(head);
    assertThat(head.header("user-agent")).isEqualTo("kube-probe");
    assertThat(head.header("x-own")).isEqualTo("a");
  }
}
