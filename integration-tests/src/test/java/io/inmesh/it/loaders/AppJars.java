package io.inmesh.it.loaders;

import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where the jars of the apps stand, for the test that builds them and the apps that load them. */
final class AppJars {
  /** The client that every app loads in its own way. */
  static final String CLIENT = "io.inmesh.it.client.OkClient";

  /** The folder of the jars that the test builds. */
  static final Path FOLDER = Path.of("target", "loaders");

  private AppJars() {}

  /** The client's jar and those of a version of OkHttp. */
  static List<Path> withClient(String version) throws IOException {
    List<Path> jars = new ArrayList<>(List.of(FOLDER.resolve("client.jar")));
    jars.addAll(list(Path.of("target", "libraries", version)));
    return jars;
  }

  /** The bundles, the client's first. */
  static List<Path> bundles() throws IOException {
    return list(FOLDER.resolve("bundles"));
  }

  /** The jars of a folder in alphabetical order. */
  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted().toList();
    }
  }

  /** The client as {@code loader} has it. */
  static LibraryClient client(ClassLoader loader) throws ReflectiveOperationException {
    return Class.forName(CLIENT, true, loader)
        .asSubclass(LibraryClient.class)
        .getDeclaredConstructor()
        .newInstance();
  }
}
