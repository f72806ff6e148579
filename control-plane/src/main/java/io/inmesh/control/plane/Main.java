package io.inmesh.control.plane;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The control plane as a process. */
@Command(
    name = "control-plane",
    mixinStandardHelpOptions = true,
    version = "inmesh 0.1",
    description = "Reads a folder of Istio YAML and serves it to sidecars and agents over ADS.",
    sortOptions = false)
public final class Main implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "DIR",
      description = "Folder of Istio YAML; a change on disk is pushed.")
  private Path config = Path.of("");

  @Option(
      names = "--mesh-config",
      paramLabel = "FILE",
      description = "Istio's MeshConfig as YAML (default: Istio's defaults).")
  private @Nullable Path meshConfig;

  @Option(
      names = "--xds",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:15010",
      description = "ADS over plaintext gRPC (default: ${DEFAULT-VALUE}; port 0: a free one).")
  private String xds = "127.0.0.1:15010";

  @Option(
      names = "--monitoring",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:15014",
      description = "/ready, /metrics and /debug (default: ${DEFAULT-VALUE}; port 0: a free one).")
  private String monitoring = "127.0.0.1:15014";

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = System.out;
    ControlPlane plane;
    try {
      ControlPlane.Options options =
          new ControlPlane.Options(
              config, meshConfig, HostPort.parse(xds), HostPort.parse(monitoring));
      plane = ControlPlane.start(options, Main::log);
    } catch (IllegalArgumentException e) {
      log("cannot start: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      log(
          "cannot listen on "
              + xds
              + " and "
              + monitoring
              + ": "
              + cause.getMessage()
              + "; --xds and --monitoring take other addresses, port 0 a free one");
      return 1;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  plane.close();
                  ended.countDown();
                },
                "inmesh-shutdown"));
    // one line that scripts read
    out.println(
        "inmesh control plane ready xds=" + plane.xds() + " monitoring=" + plane.monitoring());
    out.flush();
    ended.await();
    return 0;
  }

  private static void log(String line) {
    System.err.println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
  }
}
