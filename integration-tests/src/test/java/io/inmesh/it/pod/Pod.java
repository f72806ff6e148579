package io.inmesh.it.pod;

import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The scenario, inside the pod's network: an app that has probes, first under PERMISSIVE and then
 * under STRICT. Prints {@code MODE WHO QUESTION = ANSWER} for each question; {@link KubeletIT}
 * judges.
 */
public final class Pod {
  /** Where the app serves. */
  static final int PORT = 8080;

  /** Where the agent serves what the platform asks for. */
  static final int TELEMETRY = 15020;

  private static final String AT_POD = "http://" + Network.POD + ":" + PORT;
  private static final String AT_TELEMETRY = "http://" + Network.POD + ":" + TELEMETRY;

  private static final List<String> FROM_NODE =
      List.of(
          "GET " + AT_POD + "/items",
          "HEAD " + AT_POD + "/items",
          "POST " + AT_POD + "/items",
          "GET " + AT_POD + "/seen",
          "GET " + AT_POD + "/headers",
          "GET " + AT_TELEMETRY + "/healthz/ready",
          "GET " + AT_TELEMETRY + "/app-health/shop/livez",
          "GET " + AT_TELEMETRY + "/app-health/shop/readyz",
          "GET " + AT_TELEMETRY + "/app-health/shop/startupz",
          "GET " + AT_TELEMETRY + "/stats/prometheus");

  private static final List<String> FROM_POD = List.of("GET http://127.0.0.1:" + PORT + "/items");

  private Pod() {}

  /** Takes no arguments. */
  public static void main(String[] none) throws Exception {
    try (Network network = new Network();
        TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer app =
          mesh.server(
              Jdks.running(),
              AppClassPath.ofTheTests(),
              PodServer.class.getName(),
              "shop",
              PORT,
              "ip=" + Network.POD,
              "telemetry=0.0.0.0:" + TELEMETRY,
              "plaintext-paths=" + PORT + ":/items," + PORT + ":/headers");
      ask(network, "PERMISSIVE");
      mesh.folder().mutualTls("shop", "STRICT");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> !kubelet(network, List.of("GET " + AT_POD + "/seen")).get(0).startsWith("200"));
      ask(network, "STRICT");
      System.out.println(
          mesh.admin(app, "/stats/prometheus")
              .lines()
              .filter(line -> line.contains("plaintext_path"))
              .findFirst()
              .orElse("nothing is counted"));
    }
    System.exit(0);
  }

  private static void ask(Network network, String mode) throws IOException, InterruptedException {
    List<String> answers = kubelet(network, FROM_NODE);
    for (int i = 0; i < FROM_NODE.size(); i++) {
      System.out.println(mode + " node " + FROM_NODE.get(i) + " = " + answers.get(i));
    }
    System.out.print(mode + " pod " + FROM_POD.get(0) + " = ");
    Kubelet.main(FROM_POD.toArray(String[]::new));
  }

  private static List<String> kubelet(Network network, List<String> questions)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jdks.running().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Kubelet.class.getName()));
    command.addAll(questions);
    return network.onNode(command.toArray(String[]::new)).lines().toList();
  }
}
