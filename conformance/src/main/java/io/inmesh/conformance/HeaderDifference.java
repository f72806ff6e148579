package io.inmesh.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A header that an app sees differently where an agent stands in for its sidecar.
 *
 * @param header its name in lower case
 * @param what whether its value alone may differ, or also whether there is one
 * @param reason why it must
 */
public record HeaderDifference(String header, What what, String reason) {
  private static final String NAME = "header-differences.yaml";

  /** What differs. */
  public enum What {
    VALUE,
    PRESENCE
  }

  /** The one list of them, {@code header-differences.yaml} of a folder. */
  public static List<HeaderDifference> all(Path folder) {
    Object content;
    try {
      content =
          new Load(LoadSettings.builder().build())
              .loadFromString(Files.readString(folder.resolve(NAME)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return content instanceof List<?> list
        ? list.stream().map(HeaderDifference::parse).toList()
        : List.of();
  }

  private static HeaderDifference parse(Object entry) {
    Fields fields = Fields.of(NAME, entry);
    HeaderDifference difference =
        new HeaderDifference(
            fields.text("header", ""),
            What.valueOf(fields.text("differs", "").toUpperCase(Locale.ROOT)),
            fields.text("reason", ""));
    fields.end();
    if (difference.reason.isEmpty()) {
      throw new IllegalArgumentException(NAME + ": an entry without a reason: " + entry);
    }
    return difference;
  }
}
