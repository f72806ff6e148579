package io.inmesh.control.plane.config;

import io.inmesh.control.plane.config.Problem.Severity;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.Resource;
import io.inmesh.control.plane.model.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of Istio YAML, read as istiod's file mode reads it: recursively, {@code .yaml} and
 * {@code .yml}, several documents a file. Unlike istiod, one broken file does not stop the others:
 * the last good content of that file stays in force. Not thread-safe: one thread calls {@link
 * #load}.
 */
public final class ConfigFolder {
  private final Path folder;
  private final @Nullable Path meshFile;
  private final Map<String, Entry> files = new TreeMap<>();
  private MeshConfig mesh = MeshConfig.DEFAULT;

  /** The text last seen, what it says, and the last good content. */
  private record Entry(String text, YamlFile current, YamlFile inForce) {}

  /**
   * @param folder an existing directory
   * @param meshFile a MeshConfig file; it may lie inside the folder
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public ConfigFolder(Path folder, @Nullable Path meshFile) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is not a directory; --config names a folder");
    }
    if (meshFile != null && !Files.isReadable(meshFile)) {
      throw new IllegalArgumentException(meshFile + " cannot be read; --mesh-config names a file");
    }
    this.folder = folder;
    this.meshFile = meshFile;
  }

  /** The directories whose changes matter, the folder itself first. */
  List<Path> directories() {
    List<Path> out = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(Files::isDirectory).forEach(out::add);
    } catch (IOException | UncheckedIOException e) {
      // a directory went away while it was listed: its parent reports the change
      if (out.isEmpty()) {
        out.add(folder);
      }
    }
    if (meshFile != null && meshFile.toAbsolutePath().getParent() != null) {
      out.add(meshFile.toAbsolutePath().getParent());
    }
    return out;
  }

  /** Reads what changed on disk and answers with the configuration in force. */
  public ConfigState load() {
    Map<String, Path> present = yamlFiles();
    files.keySet().retainAll(present.keySet());
    List<Problem> problems = new ArrayList<>();
    present.forEach((name, path) -> loadFile(name, path, problems));
    loadMesh(problems);
    List<Resource> resources = new ArrayList<>();
    Map<String, Integer> unused = new TreeMap<>();
    Map<String, Resource> byName = new HashMap<>();
    for (Entry entry : files.values()) {
      problems.addAll(entry.current.problems());
      if (!entry.current.isGood()) {
        for (Problem problem : entry.inForce.problems()) {
          if (problem.severity() != Severity.ERROR) {
            problems.add(problem);
          }
        }
      }
      entry.inForce.unused().forEach(item -> unused.merge(item.kind(), 1, Integer::sum));
      for (Resource resource : entry.inForce.resources()) {
        Resource first = byName.putIfAbsent(resource.meta().display(), resource);
        if (first == null) {
          resources.add(resource);
        } else {
          problems.add(
              new Problem(
                  Severity.ERROR,
                  resource.meta().source(),
                  resource.meta().display(),
                  "metadata.name",
                  "already defined at " + first.meta().source() + ", which stays in force"));
        }
      }
    }
    resources.sort(Comparator.comparing(r -> r.meta().display()));
    problems.sort(Comparator.naturalOrder());
    return new ConfigState(resources, mesh, problems, unused);
  }

  private void loadFile(String name, Path path, List<Problem> problems) {
    String text;
    try {
      text = Files.readString(path, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      problems.add(unreadable(name, "not UTF-8 text"));
      return;
    } catch (IOException e) {
      problems.add(unreadable(name, "cannot be read: " + e.getMessage()));
      return;
    }
    Entry before = files.get(name);
    if (before != null && before.text.equals(text)) {
      return;
    }
    YamlFile current = YamlFile.read(name, text);
    YamlFile lastGood =
        before == null ? new YamlFile(List.of(), List.of(), List.of()) : before.inForce;
    files.put(name, new Entry(text, current, current.isGood() ? current : lastGood));
  }

  private void loadMesh(List<Problem> problems) {
    if (meshFile == null) {
      return;
    }
    Problems found = new Problems();
    try {
      String text = Files.readString(meshFile, StandardCharsets.UTF_8);
      MeshConfig read = YamlFile.readMeshConfig(meshFile.toString(), text, found);
      if (read != null) {
        mesh = read;
      }
      problems.addAll(found.all());
    } catch (IOException e) {
      problems.add(unreadable(meshFile.toString(), "cannot be read: " + e.getMessage()));
    }
  }

  private static Problem unreadable(String name, String text) {
    return new Problem(Severity.ERROR, new Source(name, 1), "", "", text);
  }

  private Map<String, Path> yamlFiles() {
    Map<String, Path> out = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(ConfigFolder::isYaml)
          .filter(path -> !isMeshFile(path))
          .forEach(path -> out.put(path.toString(), path));
    } catch (IOException | UncheckedIOException e) {
      // a file went away while it was listed: keep what is known and wait for the next change
      files.keySet().forEach(name -> out.putIfAbsent(name, Path.of(name)));
    }
    return out;
  }

  private boolean isMeshFile(Path path) {
    return meshFile != null
        && meshFile.toAbsolutePath().normalize().equals(path.toAbsolutePath().normalize());
  }

  private static boolean isYaml(Path path) {
    String name = String.valueOf(path.getFileName());
    return (name.endsWith(".yaml") || name.endsWith(".yml"))
        && !name.startsWith(".")
        && Files.isRegularFile(path);
  }
}
