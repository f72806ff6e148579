package io.inmesh.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.LocalReply.Header;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Istio's injector leaves in the environment of a pod. */
class AppProbeTest {
  private static final Duration ONE = Duration.ofSeconds(1);

  @Test
  void eachKindOfProbeIsRead() {
    String json =
        """
        {"/app-health/shop/livez": {"httpGet": {"path": "hello?a=b", "port": 8080, "scheme": "HTTPS",
           "httpHeaders": [{"name": "x-probe", "value": "1"}]}, "timeoutSeconds": 5},
         "/app-health/shop/readyz": {"httpGet": {"path": "/hello", "port": 8080, "scheme": "HTTP"}},
         "/app-health/shop/startupz": {"tcpSocket": {"port": 8080}},
         "/app-health/rpc/livez": {"grpc": {"port": 9000, "service": null}}}
        """;

    assertThat(AppProbe.parse(json))
        .isEqualTo(
            Map.of(
                "/app-health/shop/livez",
                new AppProbe.Http(
                    true,
                    8080,
                    "/hello?a=b",
                    List.of(new Header("x-probe", "1")),
                    Duration.ofSeconds(5)),
                "/app-health/shop/readyz",
                new AppProbe.Http(false, 8080, "/hello", List.of(), ONE),
                "/app-health/shop/startupz",
                new AppProbe.Tcp(8080, ONE),
                "/app-health/rpc/livez",
                new AppProbe.Grpc(9000, "", ONE)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"/app-health/shop/livez\": {}}",
        "{\"/app-health/shop/livez\": {\"httpGet\": {\"port\": \"web\"}}}",
        "{\"/app-health/shop/livez\": {\"httpGet\": 8080}}"
      })
  void aProbeThatMakesNoSenseIsNamed(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AppProbe.parse(json))
        .withMessageContaining(AppProbe.VARIABLE)
        .withMessageContaining("/app-health/shop/livez");
  }

  @Test
  void metricsAreAskedForWhereTheAnnotationsSay() {
    assertThat(AppScrape.parse("{\"scrape\":\"true\",\"path\":\"/prom\",\"port\":\"8081\"}"))
        .contains(new AppScrape(8081, "/prom"));
    assertThat(AppScrape.parse("{\"scrape\":\"true\",\"path\":\"\",\"port\":\"\"}"))
        .contains(new AppScrape(80, "/metrics"));
    assertThat(AppScrape.parse("{\"scrape\":\"\",\"port\":\"8081\"}")).isEqualTo(Optional.empty());
  }
}
