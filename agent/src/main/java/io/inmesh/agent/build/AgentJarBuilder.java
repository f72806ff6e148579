package io.inmesh.agent.build;

import io.inmesh.agent.weave.LibraryCopy;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.agent.weave.TypeIndex;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * Assembles the agent jar: bootstrap classes at the root, everything else as {@code
 * inst/**.classdata}, where no class loader but ours finds it, the index of instrumented types and
 * what each module needs of its library. Two runs over the same input give equal bytes.
 *
 * <p>Arguments: the jar to write, the time stamp of its entries (ISO 8601), the project version.
 * The input is the class path.
 */
public final class AgentJarBuilder {
  private static final String BOOTSTRAP = "io/inmesh/bootstrap/";
  private static final String DISPATCHER = "java/lang/MeshDispatcher.class";

  private final TreeMap<String, byte[]> entries = new TreeMap<>();

  private AgentJarBuilder() {}

  /** Writes the jar. */
  public static void main(String[] arguments) throws IOException {
    AgentJarBuilder builder = new AgentJarBuilder();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      builder.add(Path.of(element));
    }
    builder.entries.put("inst/" + TypeIndex.PATH, index(false));
    builder.entries.put("inst/" + TypeIndex.LATE_PATH, index(true));
    builder.addReferences();
    builder.entries.put("inst/META-INF/inmesh/modules", modules());
    builder.entries.put(
        "inst/META-INF/inmesh/version", arguments[2].getBytes(StandardCharsets.US_ASCII));
    builder.write(Path.of(arguments[0]), Instant.parse(arguments[1]), arguments[2]);
  }

  private void add(Path element) throws IOException {
    if (Files.isDirectory(element)) {
      List<Path> files;
      try (Stream<Path> walk = Files.walk(element)) {
        files = walk.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path file : files) {
        add(
            element.relativize(file).toString().replace(File.separatorChar, '/'),
            Files.readAllBytes(file));
      }
    } else if (Files.exists(element)) {
      try (JarFile jar = new JarFile(element.toFile())) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          if (!entry.isDirectory()) {
            try (InputStream in = jar.getInputStream(entry)) {
              add(entry.getName(), in.readAllBytes());
            }
          }
        }
      }
    }
  }

  private void add(String name, byte[] content) throws IOException {
    if (!shipped(name)) {
      return;
    }
    String target =
        name.startsWith(BOOTSTRAP)
            ? name
            : "inst/" + (name.endsWith(".class") ? name + "data" : name);
    byte[] present = entries.get(target);
    if (present == null) {
      entries.put(
          target, name.endsWith(".class") ? StackMaps.of(LocalNames.without(content)) : content);
    } else if (name.startsWith("META-INF/services/")) {
      ByteArrayOutputStream merged = new ByteArrayOutputStream();
      merged.write(present);
      merged.write('\n');
      merged.write(content);
      entries.put(target, merged.toByteArray());
    } else if (name.endsWith(".class")) {
      throw new IOException(name + " stands in two jars of the class path");
    }
  }

  private static boolean shipped(String name) {
    if (name.equals(DISPATCHER) || name.startsWith("META-INF/services/")) {
      return !name.contains("reactor.blockhound");
    }
    if (name.startsWith("META-INF/")) {
      return name.startsWith("META-INF/inmesh/");
    }
    return !name.startsWith("io/inmesh/agent/build/")
        && !name.endsWith("package-info.class")
        && !name.endsWith("module-info.class")
        && !name.startsWith("org/jspecify/")
        // Of ASM's helpers the one that renames classes.
        && (!name.startsWith("org/objectweb/asm/commons/") || name.contains("Remapper"))
        // Netty's bridges to logging libraries: the agent has a log of its own.
        && !name.matches("io/netty/util/internal/logging/(Jdk|Log4J|Slf4J|LocationAware).*")
        && (name.endsWith(".class") || name.startsWith("io/inmesh/"));
  }

  /** What each module's advice needs of its library; the module class itself names none of it. */
  private void addReferences() {
    for (LibraryModule module : ServiceLoader.load(LibraryModule.class)) {
      String own = "inst/" + module.getClass().getPackageName().replace('.', '/') + "/";
      ReferenceCollector references = new ReferenceCollector();
      entries
          .subMap(own, own + Character.MAX_VALUE)
          .forEach(
              (name, content) -> {
                if (name.endsWith(".classdata")) {
                  references.add(content);
                }
              });
      entries.put(
          "inst/" + ModuleCatalog.REFERENCES + module.getClass().getName(),
          references.text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Name and proven versions of each module, for whoever asks before there is a process. */
  private static byte[] modules() {
    StringBuilder lines = new StringBuilder();
    for (LibraryModule module : ServiceLoader.load(LibraryModule.class)) {
      VersionRange proven = module.proven();
      lines
          .append(module.name())
          .append(' ')
          .append(proven.from())
          .append(' ')
          .append(proven.before())
          .append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] index(boolean late) {
    List<String> lines = new ArrayList<>();
    for (LibraryModule module : ServiceLoader.load(LibraryModule.class)) {
      if (module.isWovenLate() == late) {
        for (LibraryCopy copy : LibraryCopy.all(module)) {
          for (String type : Hook.types(copy.hooks())) {
            lines.add(type + " " + module.getClass().getName() + "\n");
          }
        }
      }
    }
    if (!late) {
      KnownLibraries.UNROUTED.forEach(
          (type, library) -> lines.add(type + " " + TypeIndex.UNROUTED + library + "\n"));
    }
    Collections.sort(lines);
    return String.join("", lines).getBytes(StandardCharsets.US_ASCII);
  }

  private void write(Path file, Instant stamp, String version) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Implementation-Title", "inmesh");
    main.putValue("Implementation-Version", version);
    main.putValue("Premain-Class", "io.inmesh.bootstrap.InmeshAgent");
    main.putValue("Agent-Class", "io.inmesh.bootstrap.InmeshAgent");
    main.putValue("Launcher-Agent-Class", "io.inmesh.bootstrap.InmeshAgent");
    main.putValue("Can-Retransform-Classes", "true");
    main.putValue("Can-Redefine-Classes", "true");
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      put(jar, JarFile.MANIFEST_NAME, bytes(manifest), stamp);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(jar, entry.getKey(), entry.getValue(), stamp);
      }
    }
    System.out.printf(
        "%s: %d entries, %.1f MB%n", file, entries.size(), Files.size(file) / 1_000_000.0);
  }

  private static byte[] bytes(Manifest manifest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static void put(JarOutputStream jar, String name, byte[] content, Instant stamp)
      throws IOException {
    JarEntry entry = new JarEntry(name);
    // Local time in UTC: the zone of the machine must not reach the bytes.
    entry.setTimeLocal(java.time.LocalDateTime.ofInstant(stamp, java.time.ZoneOffset.UTC));
    if (name.endsWith(".classdata")) {
      // A start reads over a thousand of them: inflating takes 40 ms, and an image is packed
      // anyway.
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    jar.putNextEntry(entry);
    jar.write(content);
    jar.closeEntry();
  }
}
