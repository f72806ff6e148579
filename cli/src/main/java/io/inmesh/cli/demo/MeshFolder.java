package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The demo's copy of the Istio YAML, which the user may edit.
 *
 * @param folder absolute
 */
record MeshFolder(Path folder) {
  private static final String WORKLOADS = "workloads.yaml";
  private static final Pattern WEIGHT = Pattern.compile("(subset: (v[12])\\}\\s+weight: )\\d+");

  /** Copies everything; the ports in the workloads are not those of the services yet. */
  static MeshFolder copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectories(to);
      List<Path> yaml = files.filter(f -> f.toString().endsWith(".yaml")).toList();
      for (Path file : yaml) {
        Files.copy(file, to.resolve(file.getFileName() + ""), StandardCopyOption.REPLACE_EXISTING);
      }
      return new MeshFolder(to);
    } catch (IOException e) {
      throw new Failure("cannot copy " + from + " to " + to + ": " + e.getMessage(), e);
    }
  }

  /** The mesh's own configuration. */
  Path meshConfig() {
    return folder.resolve("mesh.yaml");
  }

  /** The file that splits the catalog's traffic. */
  Path catalog() {
    return folder.resolve("catalog.yaml");
  }

  /** The file that says who may speak with whom. */
  Path security() {
    return folder.resolve("security.yaml");
  }

  /** Puts the ports that the services got into the workloads. */
  void ports(Map<String, Integer> portByWorkload) {
    write(WORKLOADS, withPorts(read(folder.resolve(WORKLOADS)), portByWorkload));
  }

  /** Divides the catalog's plain traffic anew, in percent. */
  void split(int v1, int v2) {
    write("catalog.yaml", withWeights(read(catalog()), v1, v2));
  }

  static String withPorts(String yaml, Map<String, Integer> portByWorkload) {
    String text = yaml;
    for (Map.Entry<String, Integer> port : portByWorkload.entrySet()) {
      Pattern document =
          Pattern.compile(
              "(name: " + Pattern.quote(port.getKey()) + ",.*?ports: \\{http: )\\d+",
              Pattern.DOTALL);
      text = document.matcher(text).replaceFirst("$1" + port.getValue());
    }
    return text;
  }

  static String withWeights(String yaml, int v1, int v2) {
    return WEIGHT
        .matcher(yaml)
        .replaceAll(found -> found.group(1) + (found.group(2).equals("v1") ? v1 : v2));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Failure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** As many editors do: a new file, moved over the old one. */
  private void write(String name, String text) {
    Path draft = folder.resolve("." + name + ".draft");
    try {
      Files.writeString(draft, text);
      Files.move(draft, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Failure("cannot write " + folder.resolve(name) + ": " + e.getMessage(), e);
    }
  }
}
