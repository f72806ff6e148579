package io.inmesh.instrumentation.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The JVMs that tests run apps on. */
public final class Jdks {
  private Jdks() {}

  /** The JVM that runs the tests. */
  public static Path running() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /**
   * A JDK 25: {@code JAVA25_HOME}, else from the usual folders; a printed line where there is none.
   */
  public static Optional<Path> jdk25() {
    Stream<Path> candidates =
        Stream.concat(
            Stream.ofNullable(System.getenv("JAVA25_HOME")).map(Path::of),
            Stream.of("/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines")
                .map(Path::of)
                .flatMap(Jdks::children));
    Optional<Path> found =
        candidates
            .filter(home -> home.toString().contains("25"))
            .map(home -> home.resolve("bin/java"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println(
          "no JDK 25 found (JAVA25_HOME or the usual folders): its tests are left out");
    }
    return found;
  }

  private static Stream<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList().stream();
    } catch (java.io.IOException unreadable) {
      return Stream.empty();
    }
  }
}
