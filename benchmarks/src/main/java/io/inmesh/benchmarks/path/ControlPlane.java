package io.inmesh.benchmarks.path;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real control plane on loopback. */
final class ControlPlane implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("inmesh control plane ready xds=(\\S+) monitoring=(\\S+)(?: secure=(\\S+))?");

  private final Child child;
  private final String xds;
  private final String monitoring;
  private final Optional<String> secure;

  private ControlPlane(Child child, Matcher ready) {
    this.child = child;
    this.xds = ready.group(1);
    this.monitoring = ready.group(2);
    this.secure = Optional.ofNullable(ready.group(3));
  }

  /**
   * Starts it and waits until it serves.
   *
   * @param config folder with Istio's YAML
   * @param more further options
   */
  static ControlPlane start(Programs programs, Path config, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                programs.home().controlPlaneJar().toString(),
                "--config",
                config.toString(),
                "--xds",
                "127.0.0.1:0",
                "--monitoring",
                "127.0.0.1:0"));
    command.addAll(List.of(more));
    Child child = Child.start("control plane", command, programs.log("control-plane"));
    try {
      return new ControlPlane(child, child.await(READY));
    } catch (RuntimeException e) {
      child.kill();
      throw e;
    }
  }

  /** HOST:PORT in clear. */
  String xds() {
    return xds;
  }

  /** HOST:PORT with TLS, where it signs certificates. */
  Optional<String> secure() {
    return secure;
  }

  /** HOST:PORT. */
  String monitoring() {
    return monitoring;
  }

  @Override
  public void close() {
    child.kill();
  }
}
