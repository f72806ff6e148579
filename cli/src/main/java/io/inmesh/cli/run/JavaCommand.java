package io.inmesh.cli.run;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What puts a JVM into the mesh: the agent and its settings.
 *
 * @param settings without the prefix {@code inmesh.}, in their order
 */
public record JavaCommand(Path agentJar, Map<String, String> settings) {
  /** Keeps the order of the settings. */
  public JavaCommand {
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** This JVM's own launcher. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The options for the JVM's command line. */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    options.add("-javaagent:" + agentJar);
    settings.forEach((name, value) -> options.add("-Dinmesh." + name + "=" + value));
    return options;
  }

  /** The options for JAVA_TOOL_OPTIONS; one with a blank is quoted. */
  public String toolOptions() {
    return options().stream()
        .map(o -> o.chars().anyMatch(Character::isWhitespace) ? '"' + o + '"' : o)
        .collect(Collectors.joining(" "));
  }

  /** True for a command that starts with the launcher {@code java}, whatever its folder. */
  public static boolean isJava(List<String> command) {
    String name = new File(command.get(0)).getName();
    return name.equals("java") || name.equals("java.exe");
  }

  /** The command with the options right after {@code java}. */
  public List<String> inserted(List<String> command) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(1, options());
    return whole;
  }
}
