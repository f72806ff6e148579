package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import io.inmesh.cli.Home;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Command lines of the measured programs.
 *
 * @param work folder for logs and configuration
 */
record Programs(Home home, Path work) {
  /** The launcher that runs this. */
  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The jar with the measured programs and nothing of ours. */
  private Path jar() {
    Path jar = home.root().resolve("benchmarks/target/inmesh-benchmarks-workload.jar");
    if (!Files.isRegularFile(jar)) {
      throw new Failure(jar + " is missing; build it with: INMESH_REBUILD=1 ./inmesh bench");
    }
    return jar;
  }

  /** The measured programs with what this one needs beside them. */
  private String classPath(String main) {
    Path libraries = home.root().resolve("benchmarks/target/libraries");
    return switch (main) {
      case "LoadClient" -> jar() + File.pathSeparator + libraries.resolve("okhttp") + "/*";
      case "TomcatServer" -> jar() + File.pathSeparator + libraries.resolve("tomcat") + "/*";
      default -> jar().toString();
    };
  }

  /** Hosts file of the names. */
  Path hosts() {
    return work.resolve("hosts");
  }

  /** Standard error of everything. */
  Path log(String name) {
    return work.resolve("logs").resolve(name + ".log");
  }

  /** A bare one. */
  List<String> bare(Path java, List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(options);
    command.add("-Djdk.net.hosts.file=" + hosts());
    command.add("-Dsun.net.httpserver.nodelay=true");
    command.add("-cp");
    command.add(classPath(main));
    command.add("workload." + main);
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * The same in the mesh.
   *
   * @param xds address of the control plane
   */
  List<String> meshed(
      Path java, List<String> options, String xds, String main, String... arguments) {
    List<String> settings =
        List.of(
            "xds=http://" + xds,
            "workload=" + main.toLowerCase(Locale.ROOT) + ".bench",
            "labels=app=bench");
    return meshed(java, options, settings, main, arguments);
  }

  /**
   * The same as a given workload.
   *
   * @param settings of the agent, {@code name=value}
   */
  List<String> meshed(
      Path java, List<String> options, List<String> settings, String main, String... arguments) {
    List<String> all = new ArrayList<>(options);
    all.add("-javaagent:" + home.agentJar());
    settings.forEach(setting -> all.add("-Dinmesh." + setting));
    all.add("-Dinmesh.ip=127.0.0.1");
    // A busy machine is no control plane that is away.
    all.add("-Dinmesh.startup=wait=60s");
    all.add("-Dinmesh.admin=127.0.0.1:0");
    all.add("-Dinmesh.telemetry=127.0.0.1:0");
    return bare(java, all, main, arguments);
  }
}
