package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that is asked by lines and answers by lines; ended with this JVM at the latest. */
final class Child implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;
  private static final long GRACE_SECONDS = 5;
  private static final String END = "\u0000end";

  private final String name;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread hook;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly, "end of " + name);
  }

  /**
   * Starts it.
   *
   * @param log gets its standard error
   */
  static Child start(String name, List<String> command, Path log) {
    try {
      Files.createDirectories(log.getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      Child child = new Child(name, process, log);
      Runtime.getRuntime().addShutdownHook(child.hook);
      Thread reader = new Thread(child::read, "output of " + name);
      reader.setDaemon(true);
      reader.start();
      return child;
    } catch (IOException e) {
      throw new Failure("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // It was ended while it wrote.
    } finally {
      lines.add(END);
    }
  }

  /** Writes a line to it. */
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new Failure(name + " ended too early; see " + log, e);
    }
  }

  /** The first line to come that holds the pattern. */
  Matcher await(Pattern pattern) {
    try {
      StringBuilder seen = new StringBuilder();
      for (; ; ) {
        String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
          throw new Failure(
              name
                  + (line == null ? " is silent" : " ended")
                  + " without a line with "
                  + pattern
                  + "; see "
                  + log
                  + (seen.isEmpty() ? "" : "; it said: " + seen));
        }
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          return matcher;
        }
        seen.append(line).append(' ');
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while " + name + " ran", e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Resident memory in MB, from the kernel's table. */
  double residentMegabytes() {
    return statusKilobytes("VmRSS:") / 1024.0;
  }

  private long statusKilobytes(String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new Failure("/proc/" + pid() + "/status has no " + key);
  }

  /** CPU time of the whole process so far, in nanoseconds. */
  long cpuNanos() {
    return process
        .toHandle()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new Failure("no CPU time is known of " + name))
        .toNanos();
  }

  /** Closes its input and waits until it is gone; by force after a grace period. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (IOException e) {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    forget();
  }

  /** Ends one that does not listen to its input. */
  void kill() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hooks run already and end it a second time, which is harmless.
    }
  }
}
