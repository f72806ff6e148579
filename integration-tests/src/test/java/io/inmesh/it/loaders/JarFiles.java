package io.inmesh.it.loaders;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ModuleVisitor;
import org.objectweb.asm.Opcodes;

/** A jar in the making. */
final class JarFiles {
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Manifest manifest = new Manifest();

  JarFiles() {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  /** Adds a file. */
  JarFiles file(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  /** Adds the classes of the tests whose path starts so, nested ones included. */
  JarFiles testClasses(String prefix) throws IOException {
    Path root = Path.of("target", "test-classes");
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString().replace('\\', '/');
        if (path.startsWith(prefix)) {
          file(path, Files.readAllBytes(file));
        }
      }
    }
    return this;
  }

  /** Adds the content of a jar. */
  JarFiles contentOf(Path jar) throws IOException {
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        if (!entry.isDirectory()) {
          file(entry.getName(), in.readAllBytes());
        }
      }
    }
    return this;
  }

  /** Makes it a bundle that exports all its packages. */
  JarFiles bundle(String name, String imports) {
    attribute("Bundle-ManifestVersion", "2");
    attribute("Bundle-SymbolicName", name);
    TreeSet<String> packages = new TreeSet<>();
    for (String path : files.keySet()) {
      if (path.endsWith(".class") && !path.startsWith("META-INF/") && path.indexOf('/') > 0) {
        packages.add(path.substring(0, path.lastIndexOf('/')).replace('/', '.'));
      }
    }
    attribute("Export-Package", String.join(",", packages));
    return imports.isEmpty() ? this : attribute("Import-Package", imports);
  }

  /** Makes it a named module. */
  JarFiles module(String name, String... required) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_MODULE, "module-info", null, null, null);
    ModuleVisitor module = writer.visitModule(name, 0, null);
    module.visitRequire("java.base", Opcodes.ACC_MANDATED, null);
    for (String other : required) {
      module.visitRequire(other, 0, null);
    }
    module.visitEnd();
    writer.visitEnd();
    return file("module-info.class", writer.toByteArray());
  }

  private JarFiles attribute(String name, String value) {
    manifest.getMainAttributes().putValue(name, value);
    return this;
  }

  /** Writes it. */
  Path write(Path jar) throws IOException {
    Files.createDirectories(jar.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream to = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        if (!file.getKey().equals(JarFile.MANIFEST_NAME)) {
          to.putNextEntry(new JarEntry(file.getKey()));
          to.write(file.getValue());
          to.closeEntry();
        }
      }
    }
    return jar;
  }
}
