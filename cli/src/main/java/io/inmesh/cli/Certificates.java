package io.inmesh.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent's page {@code /certs}, for people. */
final class Certificates {
  private final Map<?, ?> page;

  private Certificates(Map<?, ?> page) {
    this.page = page;
  }

  /**
   * Reads the page.
   *
   * @throws Failure if it is none
   */
  static Certificates parse(String json) {
    try {
      if (JsonReader.read(json) instanceof Map<?, ?> page) {
        return new Certificates(page);
      }
    } catch (IllegalArgumentException e) {
      throw new Failure("the agent's /certs cannot be read: " + e.getMessage(), e);
    }
    throw new Failure("the agent's /certs is not an object");
  }

  /** Who the workload is, how long, and whom it trusts. */
  String text(Instant now) {
    StringBuilder out = new StringBuilder();
    String id = text(page.get("spiffe_id"));
    out.append(id.isEmpty() ? "no certificate" : id).append('\n');
    Map<?, ?> certificates = first(page.get("certificates"));
    Map<?, ?> own = first(certificates.get("cert_chain"));
    if (!own.isEmpty()) {
      String end = text(own.get("expiration_time"));
      line(out, "valid", text(own.get("valid_from")) + " to " + end + left(now, end));
      line(out, "serial", text(own.get("serial_number")));
    }
    String next = text(page.get("next_rotation"));
    if (!next.isEmpty()) {
      line(out, id.isEmpty() ? "next try" : "renewal", next + left(now, next));
    }
    if (certificates.get("ca_cert") instanceof List<?> roots) {
      for (Object root : roots) {
        Map<?, ?> one = root instanceof Map<?, ?> map ? map : Map.of();
        line(
            out,
            "trusts",
            "root " + text(one.get("serial_number")) + " to " + text(one.get("expiration_time")));
      }
    }
    String problem = text(page.get("problem"));
    if (!problem.isEmpty()) {
      line(out, "problem", problem);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("  ").append(name).append(" ".repeat(10 - name.length())).append(value).append('\n');
  }

  private static String left(Instant now, String time) {
    Duration left = Duration.between(now, Instant.parse(time));
    if (left.isNegative()) {
      return " (over)";
    }
    if (left.toHours() >= 48) {
      return " (in " + left.toDays() + " days)";
    }
    return left.toMinutes() >= 120
        ? " (in " + left.toHours() + " h)"
        : left.toSeconds() >= 120
            ? " (in " + left.toMinutes() + " min)"
            : " (in " + left.toSeconds() + " s)";
  }

  private static Map<?, ?> first(@Nullable Object list) {
    return list instanceof List<?> some && !some.isEmpty() && some.get(0) instanceof Map<?, ?> map
        ? map
        : Map.of();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
