package io.inmesh.it.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.inmesh.instrumentation.testing.Jdks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A kubelet probes an app in a pod, from outside its network and without an identity. */
class KubeletIT {
  private static final String APP = "http://" + Network.POD + ":" + Pod.PORT;
  private static final String TELEMETRY = "http://" + Network.POD + ":" + Pod.TELEMETRY;
  private static final String PROBERS =
      """
      {"/app-health/shop/livez": {"httpGet": {"path": "/items", "port": 8080}},
       "/app-health/shop/readyz": {"tcpSocket": {"port": 8080}},
       "/app-health/shop/startupz": {"httpGet": {"path": "/nowhere", "port": 8080}}}
      """;
  private static final String SCRAPE = "{\"scrape\":\"true\",\"port\":\"8080\",\"path\":\"/seen\"}";

  private static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  @BeforeAll
  static void play() throws Exception {
    List<String> namespace = namespace();
    if (namespace.isEmpty()) {
      String why =
          "this machine allows no network namespace (unshare --net): probes of a pod are not tried";
      System.out.println(why);
      abort(why);
    }
    List<String> command = new ArrayList<>(namespace);
    command.addAll(
        List.of(
            Jdks.running().toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Pod.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ISTIO_KUBE_APP_PROBERS", PROBERS);
    builder.environment().put("ISTIO_PROMETHEUS_ANNOTATIONS", SCRAPE);
    Process pod = builder.start();
    String output = new String(pod.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(pod.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(pod.exitValue()).as(output).isZero();
    output
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf(" = ");
              ANSWERS.put(
                  equals < 0 ? line : line.substring(0, equals),
                  equals < 0 ? "" : line.substring(equals + 3));
            });
  }

  /** The command that makes one, with the rights that it takes; empty where none is allowed. */
  private static List<String> namespace() throws InterruptedException {
    for (List<String> command :
        List.of(
            List.of("unshare", "--net"),
            List.of("unshare", "--user", "--map-root-user", "--net"))) {
      List<String> trial = new ArrayList<>(command);
      trial.addAll(List.of("ip", "link", "set", "lo", "up"));
      try {
        Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        if (process.waitFor() == 0) {
          return command;
        }
      } catch (IOException e) {
        return List.of();
      }
    }
    return List.of();
  }

  private static String answer(String mode, String question) {
    return ANSWERS.getOrDefault(mode + " " + question, "not asked: " + ANSWERS);
  }

  @Test
  void underPermissiveItReachesTheAppAsAlways() {
    assertThat(answer("PERMISSIVE", "node GET " + APP + "/items")).isEqualTo("200 hello");
    assertThat(answer("PERMISSIVE", "node GET " + APP + "/seen")).startsWith("200");
  }

  @Test
  void underStrictItReadsThePlaintextPathsAlone() {
    assertThat(answer("STRICT", "node GET " + APP + "/items")).isEqualTo("200 hello");
    assertThat(answer("STRICT", "node HEAD " + APP + "/items")).isEqualTo("200");
    assertThat(answer("STRICT", "node POST " + APP + "/items")).isEqualTo("403");
    assertThat(answer("STRICT", "node GET " + APP + "/seen")).isEqualTo("403");
    assertThat(answer("STRICT", "node GET " + APP + "/headers"))
        .as("no identity that nobody vouches for")
        .isEqualTo("200");
    assertThat(ANSWERS.keySet())
        .as("counted")
        .anyMatch(line -> line.matches(".*plaintext_path.* [1-9][0-9]*"));
  }

  @Test
  void whatIsInThePodIsNotCaptured() {
    assertThat(answer("STRICT", "pod GET http://127.0.0.1:" + Pod.PORT + "/items"))
        .isEqualTo("200 hello");
  }

  @Test
  void probesThatInjectionHasMovedAskTheAppFromInside() {
    for (String mode : List.of("PERMISSIVE", "STRICT")) {
      assertThat(answer(mode, "node GET " + TELEMETRY + "/healthz/ready")).isEqualTo("200 LIVE");
      assertThat(answer(mode, "node GET " + TELEMETRY + "/app-health/shop/livez")).isEqualTo("200");
      assertThat(answer(mode, "node GET " + TELEMETRY + "/app-health/shop/readyz"))
          .isEqualTo("200");
      assertThat(answer(mode, "node GET " + TELEMETRY + "/app-health/shop/startupz"))
          .as("the app's own status")
          .isEqualTo("404");
    }
  }

  @Test
  void metricsOfTheAppStandBehindThoseOfTheMesh() {
    for (String mode : List.of("PERMISSIVE", "STRICT")) {
      assertThat(answer(mode, "node GET " + TELEMETRY + "/stats/prometheus"))
          .as("what the app answers at /seen")
          .matches("200 [0-9]+");
    }
  }
}
