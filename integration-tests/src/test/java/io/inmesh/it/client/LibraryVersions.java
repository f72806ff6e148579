package io.inmesh.it.client;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The versions of a library that the build has put into {@code target/libraries/NAME-VERSION}. */
public final class LibraryVersions {
  private LibraryVersions() {}

  /** The class path with one version in front. */
  public static String with(String classPath, String version) {
    Path folder = Path.of("target", "libraries", version).toAbsolutePath();
    try (Stream<Path> list = Files.list(folder)) {
      List<Path> jars = list.toList();
      return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))
          + File.pathSeparator
          + classPath;
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " is filled by mvn process-test-resources", e);
    }
  }
}
