package io.inmesh.it.life;

import io.inmesh.instrumentation.testing.Jdks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One JVM, run to its end. */
public record Run(int exit, String output) {
  /** Runs the class with these JVM options, at most a minute. */
  public static Run of(List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    return of(Jdks.running(), options, main, arguments);
  }

  static Run of(Path java, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(options);
    command.addAll(List.of("-cp", Path.of("target/test-classes").toAbsolutePath().toString()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command(command);
  }

  /** Runs this command, at most a minute. */
  public static Run command(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + command + "\n" + output);
    }
    return new Run(process.exitValue(), output);
  }

  /** The lines that the agent wrote. */
  List<String> agentLines() {
    return output.lines().filter(line -> line.startsWith("inmesh")).toList();
  }
}
