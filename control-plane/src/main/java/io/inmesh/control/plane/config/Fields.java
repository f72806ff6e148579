package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Typed access to one YAML mapping. Every field that is asked for counts as known; {@link #done}
 * reports the others. A wrong value is reported with its line and read as if it were absent.
 */
final class Fields {
  private final String file;
  private final String path;
  private final Problems problems;
  private final Source source;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Set<String> known = new HashSet<>();

  Fields(String file, String path, MappingNode node, Problems problems) {
    this.file = file;
    this.path = path;
    this.problems = problems;
    this.source = source(node);
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.error(source(tuple.getKeyNode()), path, "a field name must be plain text");
        continue;
      }
      if (values.containsKey(key.getValue())) {
        problems.error(source(key), at(key.getValue()), "the field is written twice");
      }
      keys.put(key.getValue(), key);
      values.put(key.getValue(), tuple.getValueNode());
    }
  }

  Source source() {
    return source;
  }

  Source sourceOf(String name) {
    Node key = keys.get(name);
    return key == null ? source : source(key);
  }

  String path() {
    return path;
  }

  boolean has(String name) {
    return value(name) != null;
  }

  void error(String name, String text) {
    problems.error(sourceOf(name), name.isEmpty() ? path : at(name), text);
  }

  void warning(String name, String text) {
    problems.warning(sourceOf(name), name.isEmpty() ? path : at(name), text);
  }

  void note(String name, String text) {
    problems.note(sourceOf(name), at(name), text);
  }

  String string(String name) {
    String text = text(name);
    return text == null ? "" : text;
  }

  String requiredString(String name) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      error(name, "is required");
      return "";
    }
    return text;
  }

  int integer(String name, int absent, int least, int most) {
    String text = text(name);
    if (text == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
      error(name, number + " is not between " + least + " and " + most);
    } catch (NumberFormatException e) {
      error(name, "\"" + text + "\" is not a whole number");
    }
    return absent;
  }

  @Nullable Integer integerOrNull(String name) {
    return has(name) ? (Integer) integer(name, 0, 0, Integer.MAX_VALUE) : null;
  }

  double decimal(String name, double absent, double least, double most) {
    String text = text(name);
    if (text == null) {
      return absent;
    }
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
      error(name, text + " is not between " + least + " and " + most);
    } catch (NumberFormatException e) {
      error(name, "\"" + text + "\" is not a number");
    }
    return absent;
  }

  boolean bool(String name, boolean absent) {
    Boolean value = boolOrNull(name);
    return value == null ? absent : value;
  }

  @Nullable Boolean boolOrNull(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    switch (text) {
      case "true":
        return true;
      case "false":
        return false;
      default:
        error(name, "\"" + text + "\" is neither true nor false");
        return null;
    }
  }

  @Nullable Duration duration(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    Duration parsed = Durations.parse(text);
    if (parsed == null) {
      error(name, "\"" + text + "\" is not a duration such as 1.5s, 200ms or 1h");
    }
    return parsed;
  }

  <E extends Enum<E>> E choice(String name, Class<E> type, E absent) {
    String text = text(name);
    if (text == null) {
      return absent;
    }
    for (E value : type.getEnumConstants()) {
      if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
        return value;
      }
    }
    error(name, "\"" + text + "\" is none of " + Arrays.toString(type.getEnumConstants()));
    return absent;
  }

  /** The object under a name; one that is written {@code {}} is present, {@code null} is not. */
  <T> @Nullable T object(String name, Function<Fields, T> reader) {
    Node node = value(name);
    if (node == null) {
      return null;
    }
    Fields fields = mapping(node, at(name));
    return fields == null ? null : readWhole(fields, reader);
  }

  /** The object under a name; one that is not written reads as {@code {}}. */
  <T> @Nullable T objectOrEmpty(String name, Function<Fields, T> reader) {
    return value(name) == null ? reader.apply(empty(name)) : object(name, reader);
  }

  <T> List<T> list(String name, Function<Fields, T> reader) {
    List<T> out = new ArrayList<>();
    List<Node> nodes = sequence(name);
    for (int i = 0; i < nodes.size(); i++) {
      Fields fields = mapping(nodes.get(i), at(name) + "[" + i + "]");
      if (fields != null) {
        out.add(readWhole(fields, reader));
      }
    }
    return List.copyOf(out);
  }

  List<String> strings(String name) {
    List<String> out = new ArrayList<>();
    List<Node> nodes = sequence(name);
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof ScalarNode scalar) {
        out.add(scalar.getValue());
      } else {
        problems.error(source(nodes.get(i)), at(name) + "[" + i + "]", "must be plain text");
      }
    }
    return List.copyOf(out);
  }

  Map<String, String> stringMap(String name) {
    Map<String, String> out = new LinkedHashMap<>();
    Fields fields = objectFields(name);
    if (fields != null) {
      for (String key : fields.values.keySet()) {
        out.put(key, fields.string(key));
      }
    }
    return out;
  }

  Map<String, Integer> portMap(String name) {
    Map<String, Integer> out = new LinkedHashMap<>();
    Fields fields = objectFields(name);
    if (fields != null) {
      for (String key : fields.values.keySet()) {
        out.put(key, fields.integer(key, 1, 1, 65535));
      }
    }
    return out;
  }

  Map<String, Integer> percentMap(String name) {
    Map<String, Integer> out = new LinkedHashMap<>();
    Fields fields = objectFields(name);
    if (fields != null) {
      for (String key : fields.values.keySet()) {
        out.put(key, fields.integer(key, 0, 0, 100));
      }
    }
    return out;
  }

  <T> Map<String, T> objectMap(String name, Function<Fields, T> reader) {
    Map<String, T> out = new LinkedHashMap<>();
    Fields fields = objectFields(name);
    if (fields != null) {
      for (String key : fields.values.keySet()) {
        T value = fields.object(key, reader);
        if (value != null) {
          out.put(key, value);
        } else if (!fields.has(key)) {
          out.put(key, reader.apply(fields.empty(key)));
        }
      }
    }
    return out;
  }

  /** Accepts fields that exist in Istio and that nothing is made of yet; says so where set. */
  void notUsedYet(String... names) {
    for (String name : names) {
      if (has(name)) {
        note(name, "is not used yet");
      }
    }
  }

  /** Accepts fields silently: they mean nothing outside of Kubernetes. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /** Reports every field that nobody asked for. */
  void done() {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        problems.error(
            sourceOf(name), at(name), "unknown field" + Spelling.suggestion(name, known));
      }
    }
  }

  private Fields empty(String name) {
    Node key = keys.get(name);
    MappingNode nothing =
        new MappingNode(
            Tag.MAP,
            true,
            List.of(),
            FlowStyle.FLOW,
            key == null ? Optional.empty() : key.getStartMark(),
            Optional.empty());
    return new Fields(file, at(name), nothing, problems);
  }

  private <T> T readWhole(Fields fields, Function<Fields, T> reader) {
    T value = reader.apply(fields);
    fields.done();
    return value;
  }

  private @Nullable Fields objectFields(String name) {
    Node node = value(name);
    return node == null ? null : mapping(node, at(name));
  }

  private @Nullable Fields mapping(Node node, String path) {
    if (node instanceof MappingNode mapping) {
      return new Fields(file, path, mapping, problems);
    }
    problems.error(source(node), path, "must be an object");
    return null;
  }

  private List<Node> sequence(String name) {
    Node node = value(name);
    if (node == null) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    error(name, "must be a list");
    return List.of();
  }

  private @Nullable String text(String name) {
    Node node = value(name);
    if (node == null) {
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    error(name, "must be plain text");
    return null;
  }

  private @Nullable Node value(String name) {
    known.add(name);
    Node node = values.get(name);
    return node == null || node.getTag().equals(Tag.NULL) ? null : node;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Source source(Node node) {
    return new Source(file, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
  }
}
