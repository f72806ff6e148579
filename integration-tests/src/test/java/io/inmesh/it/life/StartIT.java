package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is wrong with the agent or around it, the app runs, and one line says why the mesh does
 * not.
 */
class StartIT {
  private static final Path AGENT = TestMesh.repository().resolve("agent/target/inmesh-agent.jar");
  private static final List<String> QUIET =
      List.of("-Dinmesh.admin=off", "-Dinmesh.telemetry=off", "-Dinmesh.workload=app.test");

  private static Upstream upstream;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.start("plain");
  }

  @AfterAll
  static void stop() {
    upstream.close();
  }

  @Test
  void attachedTwiceItIsThereOnce() throws Exception {
    Run run = run(agent("-javaagent:" + AGENT), "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: 200 plain");
    assertThat(run.agentLines())
        .filteredOn(line -> line.contains("not active"))
        .containsExactly("inmesh: the mesh is not active: it is already attached to this process");
  }

  @Test
  void aJdkToolRunsWithoutIt() throws Exception {
    Run run =
        Run.command(
            List.of(
                Jdks.running().resolveSibling("keytool").toString(),
                "-J-javaagent:" + AGENT,
                "-help"));

    assertThat(run.agentLines())
        .containsExactly("inmesh: the mesh is not active: this is a JDK tool (java.base)");
  }

  @Test
  void anIncompleteJarIsNamed(@TempDir Path folder) throws Exception {
    Path incomplete = BrokenAgent.without(folder, "io.inmesh.agent.AgentMain");
    Run run =
        Run.of(
            List.of("-javaagent:" + incomplete),
            OneCall.class,
            "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: 200 plain");
    assertThat(run.agentLines()).singleElement().asString().contains("AgentMain", "not active");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.inmesh.agent.AgentServices",
        "io.inmesh.control.client.AdsClient",
        "io.inmesh.agent.LateWeaving"
      })
  void whatIsMissingBesideTheAppIsNamedToo(String type, @TempDir Path folder) throws Exception {
    Path incomplete = BrokenAgent.without(folder, type);
    Run run =
        Run.of(
            List.of("-javaagent:" + incomplete, "-Dinmesh.startup=wait=2s"),
            OneCall.class,
            "http://127.0.0.1:" + upstream.port(),
            "http://catalog.invalid:8080/");

    assertThat(run.output()).contains("app: 200 plain", "app: 503").doesNotContain("\tat ");
    assertThat(run.agentLines())
        .singleElement()
        .asString()
        .contains(type.replace('.', '/'), "startup setting");
  }

  @Test
  void aSettingThatMakesNoSenseIsNamed() throws Exception {
    Run run = run(agent("-Dinmesh.startup=maybe"), "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: 200 plain");
    assertThat(run.agentLines()).singleElement().asString().contains("startup=maybe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-Dinmesh.mode=off", "-Dinmesh.mode=OFF ", "-javaagent:AGENT= mode = Off"})
  void switchedOffItSaysNothing(String option) throws Exception {
    List<String> options =
        option.startsWith("-D")
            ? agent(option)
            : List.of(option.replace("AGENT", AGENT.toString()));
    Run run = run(options, "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: 200 plain");
    assertThat(run.agentLines()).isEmpty();
  }

  @Test
  void theDispatcherCanBeDefinedTheOtherWay() throws Exception {
    Run run =
        run(
            agent("-Dinmesh.dispatcher=internal", "-Dinmesh.startup=fail"),
            "http://127.0.0.1:" + upstream.port(),
            "http://catalog:8080/");

    assertThat(run.output()).contains("app: 200 plain", "app: 503 the mesh has no configuration");
  }

  @Test
  void withoutAControlPlaneTheStartupSettingDecides() throws Exception {
    String nobody = "-Dinmesh.xds=http://127.0.0.1:" + closedPort();
    Map<String, String> expected =
        Map.of(
            "fail", "app: 503 the mesh has no configuration yet",
            "wait=1s", "app: 503 the mesh has no configuration yet",
            "passthrough", "app: ConnectException");
    for (Map.Entry<String, String> each : expected.entrySet()) {
      Run run =
          run(agent(nobody, "-Dinmesh.startup=" + each.getKey()), "http://catalog.invalid:8080/");

      assertThat(run.output()).contains(each.getValue());
      assertThat(run.output()).contains("cannot connect to http://127.0.0.1");
    }
  }

  @Test
  void theAppsChoiceOfALogManagerIsNotTakenAway() throws Exception {
    Run run = Run.of(agent(), OwnLogging.class, "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: logging by AppLogManager");
  }

  @Test
  void theAppSeesNoClassOfTheMesh() throws Exception {
    Run run = Run.of(agent(), OwnLogging.class, "http://127.0.0.1:" + upstream.port());

    assertThat(run.output()).contains("app: sees []");
  }

  private static Run run(List<String> options, String... urls) throws Exception {
    return Run.of(options, OneCall.class, urls);
  }

  private static List<String> agent(String... more) {
    return java.util.stream.Stream.of(
            List.of("-javaagent:" + AGENT, "-Dinmesh.xds=http://127.0.0.1:1"), QUIET, List.of(more))
        .flatMap(List::stream)
        .toList();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
