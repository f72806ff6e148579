package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import io.inmesh.cli.Home;
import io.inmesh.cli.run.ChildProcess;
import io.inmesh.cli.run.JavaCommand;
import io.inmesh.cli.run.LocalAuthority;
import io.inmesh.cli.run.RunFolder;
import io.inmesh.cli.run.RunningControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The control plane and the shop's services, each a process of its own on 127.0.0.1. */
final class ShopMesh implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("^listening .* port=(\\d+)");

  /** Short enough to see certificates renewed, long enough for the outage of the demo. */
  static final Duration CERTIFICATE_LIFE = Duration.ofSeconds(60);

  /**
   * How long a connection of a service may wait for its next call; renewed certificates are used
   * soon.
   */
  static final Duration CONNECTION_REST = Duration.ofSeconds(1);

  private static final String ANY_PORT = "127.0.0.1:0";
  private static final String NAMESPACE = "shop";

  /** Small services start faster, and six fit beside each other. */
  private static final List<String> SMALL_JVM =
      List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final Home home;
  private final Path logs;
  private final Path ca;
  private final Path tokens;
  private final MeshFolder folder;
  private final boolean on;
  private final ServiceLogs served = new ServiceLogs();
  private final Map<ShopService, ChildProcess> services = new EnumMap<>(ShopService.class);
  private final Map<ShopService, Integer> ports = new EnumMap<>(ShopService.class);
  private ChildProcess controlPlane;
  private RunningControlPlane address;

  private ShopMesh(Home home, Path work, MeshFolder folder, boolean on) {
    this.home = home;
    this.logs = work.resolve("logs");
    this.ca = work.resolve("ca");
    this.tokens = work.resolve("tokens");
    this.folder = folder;
    this.on = on;
    this.controlPlane = launchControlPlane(ANY_PORT, ANY_PORT, ANY_PORT);
    try {
      this.address = announce();
    } catch (RuntimeException e) {
      controlPlane.close();
      throw e;
    }
  }

  /**
   * Starts everything.
   *
   * @param on false starts the services with the mesh switched off
   */
  static ShopMesh start(Home home, Path work, boolean on) {
    MeshFolder folder = MeshFolder.copy(home.shopMesh(), work.resolve("mesh"));
    ShopMesh mesh = new ShopMesh(home, work, folder, on);
    try {
      mesh.startServices();
      return mesh;
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
  }

  private void startServices() {
    for (ShopService service : ShopService.values()) {
      services.put(
          service,
          ChildProcess.start(
              service.workload(),
              command(service),
              logs.resolve(service.workload() + ".log"),
              LISTENING,
              served::line));
    }
    Map<String, Integer> portByWorkload = new LinkedHashMap<>();
    services.forEach(
        (service, process) -> {
          int port = Integer.parseInt(process.awaitReady(START).group(1));
          ports.put(service, port);
          portByWorkload.put(service.workload(), port);
        });
    folder.ports(portByWorkload);
  }

  private List<String> command(ShopService service) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (!on) {
      settings.put("mode", "off");
    }
    settings.putAll(identity(service));
    settings.put("certificate-life", CERTIFICATE_LIFE.toSeconds() + "s");
    settings.put("startup", "wait=" + START.toSeconds() + "s");
    settings.put("workload", service.workload() + "." + NAMESPACE);
    settings.put("ip", "127.0.0.1");
    settings.put("labels", "app=" + service.app() + ",version=" + service.version());
    settings.put("admin", "127.0.0.1:0");
    settings.put("telemetry", "127.0.0.1:0");
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.java());
    command.addAll(new JavaCommand(home.agentJar(), settings).options());
    command.addAll(SMALL_JVM);
    command.add("-Djdk.httpclient.keepalive.timeout=" + CONNECTION_REST.toSeconds());
    command.addAll(List.of("-cp", home.shopJar().toString(), service.mainClass()));
    command.addAll(List.of("--port", "0", "--version", service.version()));
    command.addAll(List.of("--log-headers", Served.LOGGED_HEADERS));
    return command;
  }

  private Map<String, String> identity(ShopService service) {
    return address
        .authority()
        .flatMap(authority -> authority.settings(NAMESPACE, service.app()))
        .orElseThrow(() -> new Failure("the control plane wrote no token for " + service.app()));
  }

  private ChildProcess launchControlPlane(String xds, String secure, String monitoring) {
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.java());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-jar", home.controlPlaneJar().toString()));
    command.addAll(List.of("--config", folder.folder().toString()));
    command.addAll(List.of("--mesh-config", folder.meshConfig().toString()));
    command.addAll(List.of("--xds", xds, "--secure", secure, "--monitoring", monitoring));
    command.addAll(List.of("--ca-dir", ca.toString(), "--tokens", tokens.toString()));
    return ChildProcess.start(
        "control plane",
        command,
        logs.resolve("control-plane.log"),
        RunningControlPlane.READY,
        line -> {});
  }

  private RunningControlPlane announce() {
    Matcher ready = controlPlane.awaitReady(START);
    RunningControlPlane running =
        RunningControlPlane.of(
            controlPlane.pid(),
            ready,
            folder.folder().toString(),
            Optional.of(ca),
            Optional.of(tokens));
    RunFolder.ofUser().announce(running);
    return running;
  }

  /** Ends the control plane as a crash would. */
  void killControlPlane() {
    controlPlane.kill();
    RunFolder.ofUser().retract(address);
  }

  /** Starts the control plane again where it was. */
  void restartControlPlane() {
    String secure = address.authority().map(LocalAuthority::address).orElse(ANY_PORT);
    controlPlane = launchControlPlane(address.xds(), secure, address.monitoring());
    address = announce();
  }

  /** Whether every service is still there. */
  boolean allServicesRun() {
    return services.values().stream().allMatch(ChildProcess::isAlive);
  }

  /** Whether the mesh is switched on. */
  boolean on() {
    return on;
  }

  /** The YAML in force. */
  MeshFolder folder() {
    return folder;
  }

  /** What the services logged. */
  ServiceLogs served() {
    return served;
  }

  /** Where a service really listens, as a URL without a path. */
  String url(ShopService service) {
    return "http://127.0.0.1:" + port(service);
  }

  /** Where a service really listens. */
  int port(ShopService service) {
    Integer port = ports.get(service);
    if (port == null) {
      throw new IllegalStateException(service + " has no port yet");
    }
    return port;
  }

  @Override
  public void close() {
    services.values().forEach(ChildProcess::askToEnd);
    controlPlane.askToEnd();
    services.values().forEach(ChildProcess::close);
    controlPlane.close();
    RunFolder.ofUser().retract(address);
  }
}
