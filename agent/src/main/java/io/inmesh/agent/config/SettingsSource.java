package io.inmesh.agent.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks a setting up where a user may have put it: {@code -Dinmesh.NAME}, then env {@code
 * INMESH_NAME} (dots and dashes as underscores), then the agent argument {@code name=value;…}.
 */
public final class SettingsSource {
  private static final String PREFIX = "inmesh.";

  /**
   * Properties of that prefix that are no settings of the agent, or are read by its entry point.
   */
  private static final Set<String> ELSEWHERE = Set.of("dispatcher", "home");

  private final Properties properties;
  private final Map<String, String> environment;
  private final Map<String, String> arguments;
  private final Set<String> asked = new HashSet<>(ELSEWHERE);

  /**
   * @param properties the system properties
   * @param agentArguments what follows {@code =} after the agent jar, empty if nothing does
   */
  public SettingsSource(
      Properties properties, Map<String, String> environment, String agentArguments) {
    this.properties = properties;
    this.environment = Map.copyOf(environment);
    this.arguments = parse(agentArguments);
  }

  /** The setting, if the user gave it a value that is not blank. */
  public Optional<String> get(String name) {
    asked.add(name);
    String value = properties.getProperty(PREFIX + name);
    if (value == null) {
      value =
          environment.get(
              "INMESH_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT));
    }
    if (value == null) {
      value = arguments.get(name);
    }
    return present(value);
  }

  /**
   * What the user has set and nobody has asked for, in order: misspelt, most likely. The
   * environment is not looked at, which others share.
   */
  public Set<String> unknown() {
    Set<String> names = new TreeSet<>(arguments.keySet());
    for (String property : properties.stringPropertyNames()) {
      if (property.startsWith(PREFIX)) {
        names.add(property.substring(PREFIX.length()));
      }
    }
    names.removeAll(asked);
    return names;
  }

  /** The setting with its default. */
  Setting get(String name, String otherwise) {
    return new Setting(name, get(name).orElse(otherwise));
  }

  /** The setting, else a variable of the standard Istio pod environment. */
  Optional<String> getOrEnvironment(String name, String variable) {
    Optional<String> own = get(name);
    return own.isPresent() ? own : environment(variable);
  }

  private static Optional<String> present(@Nullable String value) {
    String text = value == null ? "" : value.trim();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** A variable of the standard Istio pod environment. */
  public Optional<String> environment(String name) {
    return present(environment.get(name));
  }

  /** Every variable whose name starts with {@code prefix}, without it. */
  public Map<String, String> environmentWithPrefix(String prefix) {
    Map<String, String> found = new HashMap<>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        found.put(name.substring(prefix.length()), variable.getValue());
      }
    }
    return found;
  }

  private static Map<String, String> parse(String arguments) {
    Map<String, String> parsed = new HashMap<>();
    for (String argument : arguments.split(";")) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        parsed.put(argument.substring(0, equals).trim(), argument.substring(equals + 1));
      } else if (!argument.isBlank()) {
        throw new IllegalArgumentException(
            "agent argument '" + argument + "' is not of the form name=value");
      }
    }
    return Map.copyOf(parsed);
  }
}
