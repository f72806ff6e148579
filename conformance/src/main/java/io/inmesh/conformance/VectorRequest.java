package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of a vector.
 *
 * @param target path and query as they go on the wire
 * @param headers in order, names in lower case
 */
public record VectorRequest(
    String method, String authority, String target, List<Header> headers, String body) {
  /** One header line. */
  public record Header(String name, String value) {}

  public VectorRequest {
    headers = List.copyOf(headers);
  }

  /**
   * Reads {@code METHOD AUTHORITY/TARGET}; without a method it is GET.
   *
   * @param headers a value or a list of values by name
   */
  static VectorRequest parse(
      String where, String line, Map<String, @Nullable Object> headers, String body) {
    int space = line.indexOf(' ');
    String method = space < 0 ? "GET" : line.substring(0, space);
    String url = line.substring(space + 1);
    int slash = url.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(where + ": " + line + " is not [METHOD ]AUTHORITY/TARGET");
    }
    List<Header> all = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          List<?> values = value instanceof List<?> list ? list : List.of(String.valueOf(value));
          for (Object each : values) {
            all.add(new Header(name.toLowerCase(Locale.ROOT), String.valueOf(each)));
          }
        });
    return new VectorRequest(method, url.substring(0, slash), url.substring(slash), all, body);
  }
}
