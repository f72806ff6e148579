package io.inmesh.it.loaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.life.OneCall;
import io.inmesh.it.life.Run;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** However an app loads its client library, its calls are routed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadersIT {
  private static final String HOST = "host.jar";

  private TestMesh mesh;

  @BeforeAll
  void start() throws IOException {
    mesh = new TestMesh(TestMesh.repository());
    mesh.folder().service("three", mesh.upstream("answer-three"));
    mesh.folder().service("five", mesh.upstream("answer-five"));
    new JarFiles().testClasses("io/inmesh/it/loaders/").write(AppJars.FOLDER.resolve(HOST));
    new JarFiles()
        .testClasses(AppJars.CLIENT.replace('.', '/'))
        .write(AppJars.FOLDER.resolve("client.jar"));
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
  }

  @Test
  void fromTheNestedJarsOfAFatJar() throws Exception {
    JarFiles fat = new JarFiles().testClasses("io/inmesh/it/loaders/");
    StringBuilder index = new StringBuilder();
    for (Path jar : AppJars.withClient("okhttp-5.3.2")) {
      String name = "libraries/" + jar.getFileName();
      fat.file(name, Files.readAllBytes(jar));
      index.append(name).append('\n');
    }
    fat.file(FatJarClient.LIBRARIES, index.toString().getBytes(StandardCharsets.UTF_8))
        .write(AppJars.FOLDER.resolve("fat.jar"));
    ForkedClient app = app(FatJarClient.class, "fat.jar");

    routed(app, "five");
    assertThat(mesh.admin(app, "/coverage")).contains("5.3.2", "\"nested\"");
  }

  @Test
  void fromBundlesOfAnOsgiFramework() throws Exception {
    Path bundles = AppJars.FOLDER.resolve("bundles");
    new JarFiles()
        .testClasses(AppJars.CLIENT.replace('.', '/'))
        .bundle("client", "okhttp3,okio," + ClientCall.class.getPackageName())
        .write(bundles.resolve("0-client.jar"));
    for (Path jar : AppJars.list(Path.of("target", "libraries", "okhttp-5.3.2"))) {
      String name = jar.getFileName().toString();
      if (name.startsWith("kotlin")) {
        new JarFiles().contentOf(jar).bundle("kotlin", "").write(bundles.resolve(name));
      } else {
        Files.copy(jar, bundles.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    ForkedClient app = app(OsgiClient.class, HOST);

    routed(app, "five");
    assertThat(mesh.admin(app, "/coverage")).contains("5.3.2", "BundleClassLoader");
  }

  @Test
  void fromNamedModulesOfALayer() throws Exception {
    ForkedClient app = app(LayerClient.class, HOST);

    routed(app, "five");
    assertThat(mesh.admin(app, "/coverage")).contains("5.3.2", "jdk.internal.loader.Loader");
  }

  @Test
  void inTwoVersionsEachByItsOwnInternals() throws Exception {
    ForkedClient app = app(TwoVersionsClient.class, HOST);

    routed(app, "three");
    routed(app, "five");
    assertThat(mesh.admin(app, "/coverage")).contains("3.14.9", "5.3.2");
  }

  @Test
  void fromTheJdkInANamedModule() throws Exception {
    Path jar =
        new JarFiles()
            .testClasses(OneCall.class.getName().replace('.', '/'))
            .module("app", "java.net.http")
            .write(AppJars.FOLDER.resolve("modular.jar"));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        Run.command(
                                List.of(
                                    Jdks.running().toString(),
                                    "-javaagent:" + mesh.agentJar(),
                                    "-Dinmesh.xds=http://" + mesh.controlPlane().xds(),
                                    "-Dinmesh.admin=off",
                                    "-Dinmesh.telemetry=off",
                                    "-Dinmesh.workload=app.test",
                                    "--module-path",
                                    jar.toString(),
                                    "--module",
                                    "app/" + OneCall.class.getName(),
                                    "http://five:8080/"))
                            .output())
                    .contains("app: 200 answer-five"));
  }

  private void routed(ForkedClient app, String service) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(app.send(ClientCall.get("http://" + service + ":8080/")).text())
                    .as("log %s", app.log())
                    .isEqualTo("answer-" + service));
    assertThat(mesh.admin(app, "/coverage")).doesNotContain("no module routed");
  }

  private ForkedClient app(Class<? extends LibraryClient> client, String jar) throws IOException {
    return mesh.app(
        Jdks.running(),
        Stream.concat(
                Stream.of(AppJars.FOLDER.resolve(jar).toString()),
                classPath().stream()
                    .filter(e -> e.contains("testing") || e.contains("org.apache.felix")))
            .collect(Collectors.joining(File.pathSeparator)),
        client.getName());
  }

  private static List<String> classPath() {
    return Arrays.asList(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .split(File.pathSeparator));
  }
}
