package io.inmesh.instrumentation.testing;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a forked app sees of the class path of the tests. */
public final class AppClassPath {
  private AppClassPath() {}

  /** All of it but the agent's own modules: of the agent the app has the agent jar alone. */
  public static String ofTheTests() {
    // Surefire runs tests from a jar that only names the class path.
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(own.split(File.pathSeparator))
        .filter(element -> !ofTheAgent(Path.of(element)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean ofTheAgent(Path element) {
    String file = element.getFileName().toString();
    return file.startsWith("inmesh-") && !file.startsWith("inmesh-instrumentation-testing");
  }
}
