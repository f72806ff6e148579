package io.inmesh.conformance;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A running Envoy with a static configuration. */
public final class EnvoyProcess implements AutoCloseable {
  // Below the ports of outgoing connections, by the kernel's default.
  private static final int FIRST_PORT = 10_240;
  private static final int END_OF_PORTS = 32_768;

  // Envoys share a port silently (SO_REUSEPORT), so none is offered twice before all have been.
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST_PORT, END_OF_PORTS));

  private static final long START_MILLIS = 20_000;
  private static final long END_SECONDS = 5;

  private final Process process;
  private final Path log;

  private EnvoyProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts Envoy and waits until it listens.
   *
   * @param bootstrap serialized {@code envoy.config.bootstrap.v3.Bootstrap}
   * @param folder for the configuration and what Envoy says
   * @param port of 127.0.0.1 that it will listen on
   */
  public static EnvoyProcess start(Path binary, byte[] bootstrap, Path folder, int port)
      throws IOException, InterruptedException {
    return start(binary, Files.write(folder.resolve("bootstrap.pb"), bootstrap), port);
  }

  /**
   * The same with a configuration that people write.
   *
   * @param yaml a Bootstrap
   */
  public static EnvoyProcess start(Path binary, String yaml, Path folder, int port)
      throws IOException, InterruptedException {
    return start(binary, Files.writeString(folder.resolve("bootstrap.yaml"), yaml), port);
  }

  private static EnvoyProcess start(Path binary, Path config, int port)
      throws IOException, InterruptedException {
    Path log = config.resolveSibling("envoy.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    binary.toString(),
                    "--config-path",
                    config.toString(),
                    "--allow-unknown-static-fields",
                    "--disable-hot-restart",
                    "--concurrency",
                    "1",
                    "--file-flush-interval-msec",
                    "20",
                    "--log-level",
                    "warn"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    EnvoyProcess envoy = new EnvoyProcess(process, log);
    try {
      envoy.awaitListening(port);
      return envoy;
    } catch (IOException | InterruptedException | AssertionError e) {
      envoy.close();
      throw e;
    }
  }

  private void awaitListening(int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (process.isAlive() && System.nanoTime() - end < 0) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException e) {
        Thread.sleep(20);
      }
    }
    throw new AssertionError("Envoy does not listen; it said:\n" + Files.readString(log));
  }

  /** A port of loopback that nobody holds now. */
  public static int freePort() throws IOException {
    return freePorts(1).get(0);
  }

  /**
   * Several of them, each another; none of which the kernel gives to a connection in between, nor
   * this method to anybody else. Safe for any number of threads.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      while (ports.size() < count) {
        int port = NEXT_PORT.getAndUpdate(last -> last + 1 < END_OF_PORTS ? last + 1 : FIRST_PORT);
        try {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
          ports.add(port);
        } catch (BindException e) {
          // Somebody has it.
        }
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /** Ends it, by force where it takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
