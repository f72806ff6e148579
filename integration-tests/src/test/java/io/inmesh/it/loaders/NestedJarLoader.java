package io.inmesh.it.loaders;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads classes from jars inside a jar, as the launchers of fat jars do; its resources have no URL.
 */
final class NestedJarLoader extends ClassLoader {
  private final Map<String, byte[]> files = new HashMap<>();

  /**
   * Reads the nested jars.
   *
   * @param nested their paths, as resources of the parent
   */
  NestedJarLoader(ClassLoader parent, List<String> nested) {
    super("nested", parent);
    for (String jar : nested) {
      try (InputStream in = parent.getResourceAsStream(jar)) {
        if (in == null) {
          throw new IOException("no " + jar);
        }
        read(new ZipInputStream(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void read(ZipInputStream jar) throws IOException {
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      files.putIfAbsent(entry.getName(), jar.readAllBytes());
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = files.get(name.replace('.', '/') + ".class");
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] bytes = files.get(name);
    return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
  }
}
