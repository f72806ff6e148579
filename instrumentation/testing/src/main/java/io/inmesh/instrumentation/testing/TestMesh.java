package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Control plane, configuration and apps of one test class. Not thread-safe. */
public final class TestMesh implements AutoCloseable {
  private static final Pattern ADMIN = Pattern.compile(".*admin=(\\S+?:\\d+).*");

  private final Path root;
  private final MeshFolder folder;
  private final Path meshConfig;
  private final List<AutoCloseable> open = new ArrayList<>();
  private ControlPlaneProcess controlPlane;

  /**
   * Starts a control plane on an empty folder.
   *
   * @param root of the repository, where the artefacts stand
   */
  public TestMesh(Path root) throws IOException {
    this(root, "");
  }

  /**
   * Starts a control plane on an empty folder.
   *
   * @param meshConfig YAML of Istio's MeshConfig
   */
  public TestMesh(Path root, String meshConfig) throws IOException {
    this.root = root;
    Path work = Files.createTempDirectory("inmesh-contract");
    this.folder = new MeshFolder(Files.createDirectory(work.resolve("config")));
    this.meshConfig = Files.writeString(work.resolve("mesh.yaml"), meshConfig);
    this.controlPlane = startControlPlane("127.0.0.1:0");
  }

  /** The root of the repository that the working directory is in. */
  public static Path repository() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("bootstrap"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("not inside the repository");
      }
    }
    return at;
  }

  /** The configuration. */
  public MeshFolder folder() {
    return folder;
  }

  /** The control plane. */
  public ControlPlaneProcess controlPlane() {
    return controlPlane;
  }

  /** Starts a scripted service. */
  public Upstream upstream(String name) throws IOException {
    Upstream upstream = Upstream.start(name);
    open.add(upstream);
    return upstream;
  }

  /**
   * Starts an app in the mesh and waits until it is configured.
   *
   * @param java JVM to run it on
   * @param client class name of its {@link LibraryClient}
   * @param settings further agent settings, {@code name=value}
   */
  public ForkedClient app(Path java, String classPath, String client, String... settings)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agentJar());
    options.add("-Dinmesh.xds=http://" + controlPlane.xds());
    options.add("-Dinmesh.workload=app.test");
    options.add("-Dinmesh.admin=127.0.0.1:0");
    options.add("-Dinmesh.telemetry=off");
    for (String setting : settings) {
      options.add("-Dinmesh." + setting);
    }
    ForkedClient app = new ForkedClient(java, options, classPath, client);
    open.add(app);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(app.log()).anyMatch(line -> ADMIN.matcher(line).matches()));
    return app;
  }

  /** A page of an app's admin endpoint. */
  public String admin(ForkedClient app, String path) {
    String address =
        app.log().stream()
            .map(ADMIN::matcher)
            .filter(Matcher::matches)
            .map(m -> m.group(1))
            .findFirst()
            .orElseThrow();
    return get("http://" + address + path);
  }

  /** The agent jar of this build. */
  public Path agentJar() {
    return artefact("agent/target/inmesh-agent.jar");
  }

  /** Kills the control plane and starts another at the same place. */
  public void restartControlPlane() throws IOException {
    String xds = controlPlane.xds();
    controlPlane.kill();
    controlPlane = startControlPlane(xds);
  }

  private ControlPlaneProcess startControlPlane(String xds) throws IOException {
    return new ControlPlaneProcess(
        Jdks.running(),
        artefact("control-plane/target/inmesh-control-plane.jar"),
        folder.path(),
        meshConfig,
        xds);
  }

  private Path artefact(String path) {
    Path file = root.resolve(path);
    if (!Files.exists(file)) {
      throw new IllegalStateException(file + " is not built; run mvn package first");
    }
    return file;
  }

  private static String get(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new AssertionError(url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    controlPlane.close();
  }
}
