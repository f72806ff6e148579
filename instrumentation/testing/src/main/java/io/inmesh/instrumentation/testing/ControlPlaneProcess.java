package io.inmesh.instrumentation.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real control plane in a process of its own. */
public final class ControlPlaneProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile(".*ready xds=(\\S+) monitoring=(\\S+)(?: secure=(\\S+))?.*");

  private final Process process;
  private final String xds;
  private final String monitoring;
  private final Optional<String> secure;
  private final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts it and waits until it serves.
   *
   * @param xds where to serve, port 0 for any
   * @param more further options
   */
  public ControlPlaneProcess(
      Path java, Path jar, Path config, Path meshConfig, String xds, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-Xmx128m",
                "-jar",
                jar.toString(),
                "--config",
                config.toString(),
                "--mesh-config",
                meshConfig.toString(),
                "--xds",
                xds,
                "--monitoring",
                "127.0.0.1:0"));
    command.addAll(List.of(more));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    CompletableFuture<Matcher> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(ready), "contract-control-plane");
    reader.setDaemon(true);
    reader.start();
    try {
      Matcher line = ready.get(30, TimeUnit.SECONDS);
      this.xds = line.group(1);
      this.monitoring = line.group(2);
      this.secure = Optional.ofNullable(line.group(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      process.destroyForcibly();
      throw new IOException("the control plane does not start:\n" + String.join("\n", log), e);
    }
  }

  /** HOST:PORT of plaintext xDS. */
  public String xds() {
    return xds;
  }

  /** HOST:PORT with TLS, where it has a certificate authority. */
  public Optional<String> secure() {
    return secure;
  }

  /** HOST:PORT of its HTTP pages. */
  public String monitoring() {
    return monitoring;
  }

  /** Its output so far. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Kills it without warning. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  @Override
  public void close() {
    process.destroy();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read(CompletableFuture<Matcher> ready) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        log.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(matcher);
        }
      }
    } catch (IOException e) {
      log.add("(output ended: " + e + ")");
    }
    ready.completeExceptionally(new IOException("it ended"));
  }
}
