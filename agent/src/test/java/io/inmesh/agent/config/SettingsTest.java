package io.inmesh.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.net.IpAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void aPropertyWinsOverTheEnvironmentAndThatOverAnArgument() {
    SettingsSource source =
        new SettingsSource(
            properties("inmesh.prefetch", "1"),
            Map.of("INMESH_PREFETCH", "2", "INMESH_FIRST_USE", "3s"),
            "prefetch=4;first-use=5s;retry-buffer=1m");
    Settings settings = Settings.read(source);

    assertThat(settings.prefetch()).isEqualTo(1);
    assertThat(settings.firstUse()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.retryBuffer()).isEqualTo(1 << 20);
  }

  @Test
  void whatIsMisspeltIsNamed() {
    Properties properties = properties("inmesh.prefetsh", "1");
    properties.setProperty("inmesh.dispatcher", "internal");
    SettingsSource source = new SettingsSource(properties, Map.of(), "prefetch=4;first_use=5s");
    Settings unused = Settings.read(source);

    assertThat(source.unknown()).containsExactly("first_use", "prefetsh");
  }

  @Test
  void theWorkloadApiIsThatOfTheEnvironmentUnlessItIsTurnedOff() {
    Map<String, String> spiffe = Map.of("SPIFFE_ENDPOINT_SOCKET", "unix:///run/spire/agent.sock");
    assertThat(Settings.read(from(spiffe)).controlPlane().workloadApi())
        .contains("unix:///run/spire/agent.sock");
    assertThat(Settings.read(from(Map.of())).controlPlane().workloadApi()).isEmpty();
    SettingsSource off =
        new SettingsSource(properties("inmesh.spiffe-endpoint-socket", "off"), spiffe, "");
    assertThat(Settings.read(off).controlPlane().workloadApi()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.read(from(Map.of("SPIFFE_ENDPOINT_SOCKET", "/run/a.sock"))))
        .withMessageContaining("spiffe-endpoint-socket=/run/a.sock");
  }

  @Test
  void theIstioPodEnvironmentNamesTheWorkload() {
    Settings settings =
        Settings.read(
            from(
                Map.of(
                    "POD_NAME", "cart-1",
                    "POD_NAMESPACE", "shop",
                    "INSTANCE_IP", "10.0.0.7",
                    "CA_ADDR", "istiod-canary:15012",
                    "ISTIO_METAJSON_LABELS", "{\"app\":\"cart\", \"quote\":\"a\\\"b\"}",
                    "ISTIO_META_CLUSTER_ID", "east")));

    assertThat(settings.workload().name()).isEqualTo("cart-1");
    assertThat(settings.workload().namespace()).isEqualTo("shop");
    assertThat(settings.workload().ip()).isEqualTo("10.0.0.7");
    assertThat(settings.workload().labels())
        .containsEntry("app", "cart")
        .containsEntry("quote", "a\"b");
    assertThat(settings.workload().clusterId()).isEqualTo("east");
    assertThat(settings.controlPlane().xds()).hasToString("https://istiod-canary:15012");
    assertThat(settings.telemetry()).contains(new HostPort("0.0.0.0", 15020));
  }

  @Test
  void annotationsOfThePodAddToWhatIsLeftAlone() {
    Settings settings =
        Settings.read(
            from(
                Map.of(
                    "INMESH_EXCLUDE_OUTBOUND",
                    "db.example",
                    "ISTIO_METAJSON_ANNOTATIONS",
                    """
                    {"traffic.sidecar.istio.io/excludeOutboundPorts": "3306, 5432",
                     "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.9.0.0/16",
                     "traffic.sidecar.istio.io/excludeInboundPorts": "9000"}
                    """)));

    CaptureRules rules = settings.excludeOutbound();
    assertThat(rules.excludes("db.example", null, 80)).isTrue();
    assertThat(rules.excludes("cart", null, 3306)).isTrue();
    assertThat(rules.excludes("cart", null, 5432)).isTrue();
    assertThat(rules.excludes("10.9.1.1", IpAddress.parse("10.9.1.1"), 80)).isTrue();
    assertThat(rules.excludes("cart", null, 80)).isFalse();
    assertThat(settings.inbound().excludedPorts()).contains(9000, 15020);
    assertThat(settings.workload().annotations()).hasSize(3);
  }

  @Test
  void inAPodTheMeshYieldsToASidecarUnlessItIsToldToAct() {
    assertThat(Settings.read(from(Map.of("POD_NAME", "cart-1"))).yields()).isTrue();
    assertThat(Settings.read(from(Map.of("POD_NAME", "cart-1", "INMESH_MODE", "on"))).yields())
        .isFalse();
    assertThat(Settings.read(from(Map.of())).yields()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "istiod-canary:15012, https://istiod-canary:15012",
    "istiod-canary:15010, http://istiod-canary:15010"
  })
  void theConfigurationOfTheProxyNamesTheControlPlane(String address, String xds) {
    Settings settings =
        Settings.read(
            from(
                Map.of(
                    "PROXY_CONFIG",
                    "{\"discoveryAddress\":\"" + address + "\",\"concurrency\":2}",
                    "CA_ADDR",
                    "elsewhere:15012")));
    assertThat(settings.controlPlane().xds()).hasToString(xds);
  }

  @Test
  void defaultsAreThoseOfTheDocs() {
    Settings settings = Settings.read(from(Map.of()));

    assertThat(settings.mode()).isEqualTo(Settings.Mode.ON);
    assertThat(settings.startup()).isEqualTo(new Startup.Wait(Duration.ofSeconds(10)));
    assertThat(settings.admin()).contains(new HostPort("127.0.0.1", 15000));
    assertThat(settings.onDisconnectFail()).isEmpty();
    assertThat(settings.prefetch()).isEqualTo(500);
    assertThat(settings.httpsRoutes().names()).isEmpty();
    assertThat(settings.controlPlane().certificateLife()).isEqualTo(Duration.ofDays(1));
  }

  @ParameterizedTest
  @CsvSource({
    "INMESH_MODE, sometimes, mode",
    "INMESH_STARTUP, wait=soon, startup",
    "INMESH_XDS, ftp://a:1, xds",
    "INMESH_WORKLOAD, cart, workload",
    "INMESH_PREFETCH, -1, prefetch",
    "INMESH_LOG, loud, log",
    "INMESH_ADMIN, 15000, admin",
    "INMESH_MODULES, okhttp, modules",
    "INMESH_CERTIFICATE_LIFE, 10ms, certificate-life",
    "INMESH_HTTPS_ROUTES, *.example.com, https-routes",
    "INMESH_HTTPS_ROUTES, https://a.example, https-routes",
    "INMESH_HTTPS_ROUTES, a.example:443, https-routes",
    "INMESH_HTTPS_ROUTES, 'a.example,,b.example', https-routes",
    "INMESH_HTTPS_ROUTES, 'a.example,', https-routes",
    "INMESH_EXCLUDE_OUTBOUND, 10.0.0.0/99, exclude-outbound",
    "INMESH_EXCLUDE_OUTBOUND, :x, exclude-outbound",
    "INMESH_EXCLUDE_OUTBOUND, :0, exclude-outbound"
  })
  void nonsenseIsRefusedWithTheNameOfTheSetting(String name, String value, String setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.read(from(Map.of(name, value))))
        .withMessageContaining(setting)
        .withMessageContaining(value);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, 500000000",
    "2s, 2000000000",
    "1.5m, 90000000000",
    "1h, 3600000000000",
    "0s, 0",
    "0.25ms, 250000"
  })
  void durationsAreReadAsPeopleWriteThem(String text, long nanos) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", ".5s", "1.s", "1..2s", "-1s", "1 s", "1d", "9999999999999s"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
  }

  private static SettingsSource from(Map<String, String> environment) {
    return new SettingsSource(new Properties(), environment, "");
  }

  private static Properties properties(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }
}
