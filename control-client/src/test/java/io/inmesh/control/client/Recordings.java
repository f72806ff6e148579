package io.inmesh.control.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a real istiod sent; a folder beside the repository that need not be there. */
final class Recordings {
  private Recordings() {}

  /** The folders of the recorded sidecars, empty where there are no recordings. */
  static List<Path> sidecars() {
    String set = System.getProperty("inmesh.recordings");
    Path folder = set == null ? root().resolve("../shared/istiod-recordings") : Path.of(set);
    if (!Files.isDirectory(folder)) {
      System.out.println(
          "skipped: no recordings of istiod; -Dinmesh.recordings=DIR says where they are");
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder, 2)) {
      for (Path node : all.sorted().toList()) {
        Path json = node.resolve("node.json");
        if (Files.exists(json) && Files.readString(json).contains("\"sidecar~")) {
          found.add(node);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at.resolve(".mvn"))) {
      at = at.getParent();
    }
    return at;
  }

  static byte[] response(Path node, ResourceType type) {
    String name = type.shortName().toLowerCase(java.util.Locale.ROOT) + ".delta.binpb";
    try {
      return Files.readAllBytes(node.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
