package workload;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An app that needs seconds before it serves, as one with a large framework does: it loads and
 * reflects on a fixed number of classes of the JDK (CPU of one core) and waits in small pieces, as
 * for a database. Then it is {@link FirstResponse}.
 */
public final class SlowStart {
  private static final int CLASSES = 9_000;
  private static final int PAUSES = 100;
  private static final int PAUSE_MILLIS = 15;

  private SlowStart() {}

  /** Arguments of {@link FirstResponse}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> names = classNames();
    int members = 0;
    for (int i = 0; i < names.size(); i++) {
      members += reflect(names.get(i));
      if (i % (CLASSES / PAUSES) == 0) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    System.out.println("loaded " + names.size() + " classes with " + members + " members");
    FirstResponse.main(args);
  }

  private static int reflect(String name) {
    try {
      Class<?> type = Class.forName(name, false, ClassLoader.getSystemClassLoader());
      return type.getDeclaredMethods().length + type.getDeclaredFields().length;
    } catch (ReflectiveOperationException | LinkageError e) {
      return 0;
    }
  }

  private static List<String> classNames() throws IOException {
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
    try (Stream<Path> java = Files.walk(modules.resolve("java.base/sun"));
        Stream<Path> xml = Files.walk(modules.resolve("java.xml"));
        Stream<Path> desktop = Files.walk(modules.resolve("java.desktop/javax"));
        Stream<Path> compiler = Files.walk(modules.resolve("jdk.compiler"))) {
      return Stream.of(java, xml, desktop, compiler)
          .flatMap(s -> s)
          .map(Path::toString)
          .filter(p -> p.endsWith(".class") && !p.endsWith("-info.class"))
          .map(p -> p.substring("/modules/".length(), p.length() - ".class".length()))
          .map(p -> p.substring(p.indexOf('/') + 1).replace('/', '.'))
          .sorted()
          .limit(CLASSES)
          .toList();
    }
  }
}
