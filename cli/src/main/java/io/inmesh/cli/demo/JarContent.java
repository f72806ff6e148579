package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;

/** Looks into the services' jar. */
final class JarContent {
  private JarContent() {}

  /** How many classes of the mesh the jar holds. */
  static int meshClasses(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return (int)
          file.stream()
              .filter(e -> e.getName().startsWith("io/inmesh/") && e.getName().endsWith(".class"))
              .count();
    } catch (IOException e) {
      throw new Failure("cannot read " + jar + ": " + e.getMessage(), e);
    }
  }
}
