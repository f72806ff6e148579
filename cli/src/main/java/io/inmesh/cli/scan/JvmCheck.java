package io.inmesh.cli.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Whether the JVM that will run the app can carry the agent. */
public final class JvmCheck {
  /** The oldest release that the agent runs in. */
  public static final int OLDEST = 17;

  private JvmCheck() {}

  /** One line for each thing that stands in the way; none is good. */
  public static List<String> problems(ScanReport report) {
    String home = System.getenv("JAVA_HOME");
    return problems(report, home == null ? "" : home);
  }

  static List<String> problems(ScanReport report, String javaHome) {
    List<String> problems = new ArrayList<>();
    int built = major(report.buildJdk());
    if (built > 0 && built < OLDEST) {
      problems.add(
          "built by JDK "
              + report.buildJdk()
              + ": if it also runs there, the mesh stays out; it needs a JVM of 17 or newer");
    }
    if (!javaHome.isEmpty()) {
      String version = installed(Path.of(javaHome, "release"));
      if (major(version) > 0 && major(version) < OLDEST) {
        problems.add(
            "JAVA_HOME is JDK " + version + " (" + javaHome + "): the mesh needs 17 or newer");
      }
    }
    return problems;
  }

  /** 8 for "1.8.0_392" and "8", 17 for "17.0.15"; 0 if it says nothing. */
  static int major(String version) {
    String digits = version.startsWith("1.") ? version.substring(2) : version;
    String first = digits.split("\\D", 2)[0];
    return first.isEmpty() || first.length() > 4 ? 0 : Integer.parseInt(first);
  }

  private static String installed(Path release) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(release)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
    return properties.getProperty("JAVA_VERSION", "").replace("\"", "");
  }
}
