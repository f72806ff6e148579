package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where one run of the demo keeps its YAML and its logs: {@code target/demo/PID}. */
final class WorkFolder {
  private WorkFolder() {}

  /** A new one for this process; those of runs that are over go. */
  static Path create(Path parent) {
    try {
      Files.createDirectories(parent);
      List<Path> old;
      try (Stream<Path> runs = Files.list(parent)) {
        old = runs.filter(WorkFolder::over).toList();
      }
      for (Path run : old) {
        delete(run);
      }
      return Files.createDirectories(parent.resolve(Long.toString(ProcessHandle.current().pid())));
    } catch (IOException e) {
      throw new Failure("cannot create a folder in " + parent + ": " + e.getMessage(), e);
    }
  }

  private static boolean over(Path run) {
    String name = run.getFileName() + "";
    return name.matches("\\d{1,10}")
        && (Long.parseLong(name) == ProcessHandle.current().pid()
            || ProcessHandle.of(Long.parseLong(name)).isEmpty());
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
