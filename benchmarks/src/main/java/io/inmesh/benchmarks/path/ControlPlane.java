package io.inmesh.benchmarks.path;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real control plane on loopback. */
final class ControlPlane implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("inmesh control plane ready xds=(\\S+) monitoring=(\\S+)");

  private final Child child;
  private final String xds;
  private final String monitoring;

  private ControlPlane(Child child, Matcher ready) {
    this.child = child;
    this.xds = ready.group(1);
    this.monitoring = ready.group(2);
  }

  static ControlPlane start(Programs programs, Path config) {
    Child child =
        Child.start(
            "control plane",
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
                "127.0.0.1:0"),
            programs.log("control-plane"));
    try {
      return new ControlPlane(child, child.await(READY));
    } catch (RuntimeException e) {
      child.kill();
      throw e;
    }
  }

  /** HOST:PORT. */
  String xds() {
    return xds;
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
