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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Control plane, configuration and apps of one test class. Not thread-safe. */
public final class TestMesh implements AutoCloseable {
  private static final String IP = "ip=";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Pattern ADMIN = Pattern.compile(".*admin=(\\S+?:\\d+).*");

  private final Path work;

  // Of the apps: a killed one leaves its files.
  private final Path temporary;
  private final Path root;
  private final MeshFolder folder;
  private final Path meshConfig;
  private final Path ca;
  private final Path tokens;
  private final boolean secured;
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
    this(root, meshConfig, false);
  }

  private TestMesh(Path root, String meshConfig, boolean secured) throws IOException {
    this.root = root;
    this.secured = secured;
    this.work = Files.createTempDirectory("inmesh-contract");
    this.temporary = Files.createDirectory(work.resolve("tmp"));
    this.folder = new MeshFolder(Files.createDirectory(work.resolve("config")));
    this.meshConfig = Files.writeString(work.resolve("mesh.yaml"), meshConfig);
    this.ca = work.resolve("ca");
    this.tokens = work.resolve("tokens");
    this.controlPlane = startControlPlane("127.0.0.1:0", "127.0.0.1:0");
  }

  /** Starts a control plane that also signs certificates, on an empty folder. */
  public static TestMesh secured(Path root) throws IOException {
    return new TestMesh(root, "", true);
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

  /** Starts a scripted service that speaks TLS, with this certificate. */
  public Upstream upstream(String name, TestCa.Signed own) throws IOException {
    Upstream upstream = Upstream.start(name, own);
    open.add(upstream);
    return upstream;
  }

  /** Starts a service that speaks HTTP/2 over TLS, with this certificate. */
  public Http2Upstream http2Upstream(TestCa.Signed own) throws IOException {
    Http2Upstream upstream = new Http2Upstream(own);
    open.add(upstream);
    return upstream;
  }

  /**
   * Starts an app in the mesh and waits until it is configured.
   *
   * @param java JVM to run it on
   * @param client class name of its {@link LibraryClient}
   * @param settings further agent settings, {@code name=value}; with a dash in front an option of
   *     the JVM
   */
  public ForkedClient app(Path java, String classPath, String client, String... settings)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agentJar());
    options.add("-Djava.io.tmpdir=" + temporary);
    options.add("-Dinmesh.xds=http://" + controlPlane.xds());
    options.add("-Dinmesh.workload=app.test");
    options.add("-Dinmesh.admin=127.0.0.1:0");
    options.add("-Dinmesh.telemetry=off");
    for (String setting : settings) {
      options.add(setting.startsWith("-") ? setting : "-Dinmesh." + setting);
    }
    ForkedClient app = new ForkedClient(java, options, classPath, client);
    open.add(app);
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(app.log()).anyMatch(line -> ADMIN.matcher(line).matches()));
    return app;
  }

  /**
   * Starts a server in a secured mesh, as workload {@code NAME.test} with a service account of that
   * name, and waits until it has a certificate and its port is known as that of a service {@code
   * NAME.test.svc.cluster.local}.
   *
   * @param java JVM to run it on
   * @param server class name of its {@link LibraryServer}
   * @param port where it serves; 0 is any
   * @param settings further agent settings, {@code name=value}
   */
  public ForkedServer server(
      Path java, String classPath, String server, String name, int port, String... settings)
      throws IOException {
    List<String> patient = new ArrayList<>();
    // A busy machine is no control plane that is away.
    patient.add("startup=wait=60s");
    patient.addAll(List.of(settings));
    ForkedServer app =
        unconfigured(java, classPath, server, name, port, patient.toArray(String[]::new));
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(app.log()).anyMatch(line -> ADMIN.matcher(line).matches());
              assertThat(admin(app, "/ready")).contains("LIVE");
              assertThat(admin(app, "/certs")).contains("spiffe_id");
              assertThat(admin(app, "/config_dump")).contains("inbound|" + app.port() + "|");
            });
    return app;
  }

  /** Starts a server of the same form, and waits for nothing but its port. */
  public ForkedServer unconfigured(
      Path java, String classPath, String server, String name, int port, String... settings)
      throws IOException {
    List<String> options = identity(name, settings);
    for (String setting : settings) {
      options.add("-Dinmesh." + setting);
    }
    ForkedServer app = new ForkedServer(java, options, classPath, server, port);
    open.add(app);
    folder.served(name, app.port());
    return app;
  }

  /**
   * Starts a client in a secured mesh, as workload {@code NAME.test} with a service account of that
   * name, and waits until it has a certificate.
   *
   * @param client class name of its {@link LibraryClient}
   * @param settings further agent settings, {@code name=value}
   */
  public ForkedClient client(
      Path java, String classPath, String client, String name, String... settings)
      throws IOException {
    List<String> options = identity(name, settings);
    for (String setting : settings) {
      options.add(setting.startsWith("-") ? setting : "-Dinmesh." + setting);
    }
    ForkedClient app = new ForkedClient(java, options, classPath, client);
    open.add(app);
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(app.log()).anyMatch(line -> ADMIN.matcher(line).matches());
              assertThat(admin(app, "/certs")).contains("spiffe_id");
            });
    return app;
  }

  /**
   * JVM options that make a process the workload {@code NAME.test}.
   *
   * @param settings that it will have further; its {@code ip} is looked at
   */
  public List<String> identity(String name, String... settings) {
    folder.workload(
        name,
        Arrays.stream(settings)
            .filter(setting -> setting.startsWith(IP))
            .map(setting -> setting.substring(IP.length()))
            .findFirst()
            .orElse("127.0.0.1"));
    Path token = tokens.resolve("test." + name + ".jwt");
    Awaitility.await().atMost(LONG).until(() -> Files.exists(token));
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agentJar());
    options.add("-Djava.io.tmpdir=" + temporary);
    options.add("-Dinmesh.xds=https://" + controlPlane.secure().orElseThrow());
    options.add("-Dinmesh.root-ca=" + ca.resolve("root-cert.pem"));
    options.add("-Dinmesh.token-file=" + token);
    options.add("-Dinmesh.workload=" + name + ".test");
    options.add("-Dinmesh.service-account=" + name);
    options.add("-Dinmesh.labels=app=" + name);
    options.add("-Dinmesh.admin=127.0.0.1:0");
    options.add("-Dinmesh.telemetry=off");
    return options;
  }

  /** Signs as the control plane does. */
  public TestCa ca() throws IOException {
    return TestCa.in(ca);
  }

  /** The control plane signs by this authority from soon on. */
  public void signBy(TestCa next) throws IOException {
    next.takeOver(ca);
  }

  /** The control plane tells workloads to trust these from soon on. */
  public void trust(TestCa... authorities) throws IOException {
    TestCa.trust(ca, List.of(authorities));
  }

  /** A page of an app's admin endpoint. */
  public String admin(ForkedClient app, String path) {
    return admin(app.log(), path);
  }

  /** A page of a server's admin endpoint. */
  public String admin(ForkedServer app, String path) {
    return admin(app.log(), path);
  }

  /** What a server has counted so far, by the name and labels of the counter. */
  public long counter(ForkedServer app, String name) {
    return new Counters(admin(app, "/stats/prometheus")).of(name);
  }

  private static String admin(List<String> log, String path) {
    return get("http://" + adminAddress(log) + path);
  }

  /** Where an app's admin endpoint listens, on 127.0.0.1, by what the app has written. */
  public static int adminPort(List<String> log) {
    String address = adminAddress(log);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static String adminAddress(List<String> log) {
    return log.stream()
        .map(ADMIN::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst()
        .orElseThrow();
  }

  /** The agent jar of this build. */
  public Path agentJar() {
    return artefact("agent/target/inmesh-agent.jar");
  }

  /** Kills the control plane and starts another at the same place. */
  public void restartControlPlane() throws IOException {
    String xds = controlPlane.xds();
    String secure = controlPlane.secure().orElse("");
    controlPlane.kill();
    controlPlane = startControlPlane(xds, secure);
  }

  private ControlPlaneProcess startControlPlane(String xds, String secure) throws IOException {
    List<String> more = new ArrayList<>();
    if (secured) {
      more.addAll(List.of("--secure", secure, "--ca-dir", ca.toString()));
      more.addAll(List.of("--tokens", tokens.toString()));
    }
    return new ControlPlaneProcess(
        Jdks.running(),
        artefact("control-plane/target/inmesh-control-plane.jar"),
        folder.path(),
        meshConfig,
        xds,
        more.toArray(String[]::new));
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
    delete(work);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
