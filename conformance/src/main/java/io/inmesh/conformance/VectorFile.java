package io.inmesh.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The cases of one topic. */
public record VectorFile(Path path, String topic, List<VectorCase> cases) {
  public VectorFile {
    cases = List.copyOf(cases);
  }

  /** Reads every {@code *.yaml} of a folder, by name. */
  public static List<VectorFile> all(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(VectorFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException naming file, case and field
   */
  public static VectorFile read(Path path) {
    String file = String.valueOf(path.getFileName());
    Object content;
    try {
      content =
          new Load(LoadSettings.builder().setLabel(file).build())
              .loadFromString(Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Fields fields = Fields.of(file, content);
    String topic = fields.text("topic", "");
    Map<String, @Nullable Object> resources = fields.map("resources");
    boolean fresh = fields.flag("fresh");
    String scenario = fields.text("scenario", "");
    List<VectorCase> cases = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object each : fields.list("cases")) {
      VectorCase parsed = VectorCase.parse(file, each, resources, fresh, scenario);
      if (!names.add(parsed.name())) {
        throw new IllegalArgumentException(file + ": two cases named " + parsed.name());
      }
      cases.add(parsed);
    }
    fields.end();
    return new VectorFile(path, topic, cases);
  }
}
