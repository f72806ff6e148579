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

  /** OkHttp and what it needs. */
  private String libraries() {
    return home.root().resolve("benchmarks/target/libraries") + "/*";
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
    command.add(
        main.equals("LoadClient") ? jar() + File.pathSeparator + libraries() : jar().toString());
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
    List<String> all = new ArrayList<>(options);
    all.add("-javaagent:" + home.agentJar());
    all.add("-Dinmesh.xds=http://" + xds);
    all.add("-Dinmesh.workload=" + main.toLowerCase(Locale.ROOT) + ".bench");
    all.add("-Dinmesh.ip=127.0.0.1");
    all.add("-Dinmesh.labels=app=bench");
    all.add("-Dinmesh.admin=127.0.0.1:0");
    all.add("-Dinmesh.telemetry=127.0.0.1:0");
    return bare(java, all, main, arguments);
  }
}
