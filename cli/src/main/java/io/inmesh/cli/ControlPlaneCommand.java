package io.inmesh.cli;

import io.inmesh.cli.run.JavaCommand;
import io.inmesh.cli.run.RunFolder;
import io.inmesh.cli.run.RunningControlPlane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the control plane with the arguments as they are, and says where it is to be found. */
@Command(
    name = "control-plane",
    description = "Serve a folder of Istio YAML; --help lists its own options.")
final class ControlPlaneCommand implements Callable<Integer> {
  private static final int GRACE_SECONDS = 5;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  ControlPlaneCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.java());
    command.add("-jar");
    command.add(Home.find().controlPlaneJar().toString());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end of control plane"));
    relay(process, RunFolder.ofUser());
    return process.waitFor();
  }

  private void relay(Process process, RunFolder folder) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    RunningControlPlane announced = null;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(line);
        out.flush();
        Matcher ready = RunningControlPlane.READY.matcher(line);
        if (announced == null && ready.find()) {
          announced =
              RunningControlPlane.of(
                  process.pid(),
                  ready,
                  path("--config").map(Path::toString).orElse(""),
                  path("--ca-dir"),
                  path("--tokens"));
          folder.announce(announced);
        }
      }
    } finally {
      if (announced != null) {
        folder.retract(announced);
      }
    }
  }

  /** The path that an option names. */
  private Optional<Path> path(String option) {
    int at = arguments.indexOf(option);
    String value = at >= 0 && at + 1 < arguments.size() ? arguments.get(at + 1) : "";
    String prefix = option + "=";
    for (String argument : arguments) {
      value = argument.startsWith(prefix) ? argument.substring(prefix.length()) : value;
    }
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(value).toAbsolutePath().normalize());
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
