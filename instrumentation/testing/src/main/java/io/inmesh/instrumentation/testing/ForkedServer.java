package io.inmesh.instrumentation.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@link ServerApp} in a JVM of its own. */
public final class ForkedServer implements AutoCloseable {
  private static final String PORT = "port=";
  private static final String SEEN = "seen=";

  private final Process process;
  private final int port;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();

  /**
   * Starts it and waits until it serves.
   *
   * @param java the JVM's executable
   * @param options JVM options, the agent's among them
   * @param classPath of the app
   * @param server class name of the {@link LibraryServer}
   * @param port where it serves; 0 is any
   */
  public ForkedServer(Path java, List<String> options, String classPath, String server, int port)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-cp", classPath, ServerApp.class.getName(), server));
    command.add(Integer.toString(port));
    process = new ProcessBuilder(command).start();
    CompletableFuture<Integer> serving = new CompletableFuture<>();
    read("contract-server-out", process.getInputStream(), serving);
    read("contract-server-log", process.getErrorStream(), new CompletableFuture<>());
    try {
      this.port = serving.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException("the app does not serve:\n" + String.join("\n", log), e);
    }
  }

  /** Where it serves, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** What it has written, the agent's lines included. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** How many requests have come to the app, asked past all that serves them. */
  public int seen() throws IOException, InterruptedException {
    process.getOutputStream().write('?');
    process.getOutputStream().flush();
    Integer count = seen.poll(30, TimeUnit.SECONDS);
    if (count == null) {
      throw new IOException("the app does not say what it has seen");
    }
    return count;
  }

  /** Tells it to end (SIGTERM on Unix); it serves on until {@link #close}. */
  public void terminate() {
    // The process itself would close its standard input too.
    boolean unused = process.toHandle().destroy();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      log.add("(it has ended before)");
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read(String name, InputStream from, CompletableFuture<Integer> serving) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                  log.add(line);
                  if (line.startsWith(PORT)) {
                    serving.complete(Integer.parseInt(line.substring(PORT.length())));
                  } else if (line.startsWith(SEEN)) {
                    seen.add(Integer.parseInt(line.substring(SEEN.length())));
                  }
                }
              } catch (IOException ended) {
                log.add("(output ended: " + ended + ")");
              }
              serving.completeExceptionally(new IOException("it ended"));
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
