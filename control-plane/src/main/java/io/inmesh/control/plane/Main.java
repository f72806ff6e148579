package io.inmesh.control.plane;

import io.inmesh.control.plane.ca.SecurePort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
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

  @Option(
      names = "--secure",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:15012",
      description =
          "ADS and the certificate authority over TLS (default: ${DEFAULT-VALUE}; port 0: a free"
              + " one); opened where --ca-dir, --jwt-rule or --tokens is given.")
  private String secure = "127.0.0.1:15012";

  @Option(
      names = "--ca-dir",
      paramLabel = "DIR",
      description =
          "root-cert.pem, ca-cert.pem, ca-key.pem and cert-chain.pem as Istio names them; where"
              + " there are none a root is made and kept there.")
  private @Nullable Path caDir;

  @Option(
      names = "--jwt-rule",
      paramLabel = "JSON",
      description = "Whose bearer tokens are believed: issuer, audiences, jwks_uri or jwks.")
  private @Nullable String jwtRule;

  @Option(
      names = "--tokens",
      paramLabel = "DIR",
      description =
          "Writes a token a service account, NAMESPACE.ACCOUNT.jwt, for local use, and believes"
              + " them.")
  private @Nullable Path tokens;

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
              config, meshConfig, HostPort.parse(xds), HostPort.parse(monitoring), secure());
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
              + (secure() == null ? "" : " and " + secure)
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
        "inmesh control plane ready xds="
            + plane.xds()
            + " monitoring="
            + plane.monitoring()
            + (plane.secure() == null ? "" : " secure=" + plane.secure()));
    out.flush();
    ended.await();
    return 0;
  }

  private SecurePort.@Nullable Options secure() {
    return caDir == null && jwtRule == null && tokens == null
        ? null
        : new SecurePort.Options(HostPort.parse(secure).address(), caDir, jwtRule, tokens);
  }

  private static void log(String line) {
    System.err.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " " + line);
  }
}
