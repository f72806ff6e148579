package io.inmesh.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A stock Envoy, asked what it makes of the cases of a file. */
final class Oracle {
  private static final int HOSTS = 8;
  private static final long VALIDATION_SECONDS = 30;

  private final Path binary;
  private final EnvoyTypes types;
  private final Path folder;
  private final PeerTls tls = new PeerTls();

  /**
   * @param folder for what Envoy reads and writes
   */
  Oracle(Path binary, EnvoyTypes types, Path folder) {
    this.binary = binary;
    this.types = types;
    this.folder = folder;
  }

  /** How Envoy differs from what each case expects; those that no Envoy can be asked are absent. */
  Map<VectorCase, List<String>> differences(VectorFile file)
      throws IOException, InterruptedException {
    Map<Object, List<VectorCase>> groups = new LinkedHashMap<>();
    Map<VectorCase, List<String>> found = new LinkedHashMap<>();
    for (VectorCase vector : file.cases()) {
      if (vector.engineOnly().isEmpty()) {
        Object key =
            vector.fresh() || !vector.rejected().isEmpty()
                ? vector
                : List.of(vector.resources(), vector.hasPeers());
        groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(vector);
      }
    }
    int number = 0;
    for (List<VectorCase> group : groups.values()) {
      String name = String.valueOf(file.path().getFileName()).replace(".yaml", "-" + number++);
      Path own = folder.resolve(name);
      Files.createDirectories(own);
      try (ScriptedUpstream upstream = new ScriptedUpstream(HOSTS)) {
        if (group.get(0).rejected().isEmpty()) {
          play(group, upstream, own, found);
        } else {
          found.put(group.get(0), rejection(group.get(0), upstream, own));
        }
      }
    }
    return found;
  }

  private void play(
      List<VectorCase> group,
      ScriptedUpstream upstream,
      Path own,
      Map<VectorCase, List<String>> found)
      throws IOException, InterruptedException {
    try (EnvoySide envoy = EnvoySide.start(binary, types, group.get(0), upstream, own, tls)) {
      for (VectorCase vector : group) {
        found.put(vector, Playing.differences(vector, envoy.play(vector)));
      }
    } catch (AssertionError e) {
      // What it does not take, it can say nothing of.
      for (VectorCase vector : group) {
        found.putIfAbsent(vector, List.of(String.valueOf(e.getMessage())));
      }
    }
  }

  private List<String> rejection(VectorCase vector, ScriptedUpstream upstream, Path own)
      throws IOException, InterruptedException {
    byte[] bootstrap;
    try {
      bootstrap = EnvoySide.bootstrap(types, vector, upstream, own, 1, tls).toByteArray();
    } catch (IllegalArgumentException e) {
      return List.of("no resource at all: " + e.getMessage());
    }
    Path config = Files.write(own.resolve("bootstrap.pb"), bootstrap);
    Path log = own.resolve("envoy.log");
    Process process =
        new ProcessBuilder(
                binary.toString(), "--mode", "validate", "--config-path", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(VALIDATION_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String said = Files.readString(log, StandardCharsets.UTF_8);
    if (process.exitValue() == 0) {
      return List.of("Envoy accepts the resources");
    }
    return said.contains(vector.rejected()) ? List.of() : List.of("Envoy's reason: " + said);
  }
}
