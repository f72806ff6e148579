package io.inmesh.cli.run;

import io.inmesh.cli.Failure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of ours: its output goes line by line to a listener and to a log file. It is ended when
 * this JVM ends, Ctrl-C included.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final String name;
  private final Process process;
  private final Path log;
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
  private final Thread reader;
  private final Thread hook;

  private ChildProcess(
      String name, Process process, Path log, Pattern readyLine, Consumer<String> lines) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.reader = new Thread(() -> read(readyLine, lines), "output of " + name);
    this.hook = new Thread(this::end, "end of " + name);
  }

  /**
   * Starts a process.
   *
   * @param log appended with everything that it prints
   * @param readyLine found in the line that says that it is ready
   * @param lines gets each line, on a thread of this process
   */
  public static ChildProcess start(
      String name, List<String> command, Path log, Pattern readyLine, Consumer<String> lines) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      ChildProcess child = new ChildProcess(name, process, log, readyLine, lines);
      Runtime.getRuntime().addShutdownHook(child.hook);
      child.reader.setDaemon(true);
      child.reader.start();
      return child;
    } catch (IOException e) {
      throw new Failure("cannot start " + name + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new Failure("not started: " + name + "; the command is being ended", e);
    }
  }

  private void read(Pattern readyLine, Consumer<String> lines) {
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        BufferedWriter out =
            Files.newBufferedWriter(
                log,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        Matcher matcher = readyLine.matcher(line);
        if (!ready.isDone() && matcher.find()) {
          ready.complete(matcher);
        }
        lines.accept(line);
      }
    } catch (IOException e) {
      // The process was ended while it wrote.
    } finally {
      ready.completeExceptionally(new IOException("it ended"));
    }
  }

  /**
   * Waits for the line that says that it is ready.
   *
   * @return the match in it
   */
  public Matcher awaitReady(Duration limit) {
    try {
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Failure(name + " was not ready after " + limit.toSeconds() + " s; see " + log, e);
    } catch (ExecutionException e) {
      throw new Failure(name + " ended before it was ready; see " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while " + name + " started", e);
    }
  }

  /** The id of the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it at once, as a crash would, and waits until it is gone. */
  public void kill() {
    forget();
    process.destroyForcibly();
    await(GRACE);
  }

  /** Asks it to end and waits until it is gone; by force after a grace period. */
  @Override
  public void close() {
    forget();
    end();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hooks run already; this one then ends the process a second time, which is harmless.
    }
  }

  /** Asks it to end without waiting, so that many can end at the same time. */
  public void askToEnd() {
    process.destroy();
  }

  private void end() {
    process.destroy();
    if (!await(GRACE)) {
      process.destroyForcibly();
      await(GRACE);
    }
  }

  private boolean await(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
