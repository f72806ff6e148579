package io.inmesh.conformance;

import io.inmesh.conformance.Observation.Attempt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a step expects: {@code status, body, headers, flags, details, cluster, route, attempts,
 * upstream, received, cut, trace} of each of its requests; {@code hosts, clusters, statuses} and
 * {@code host-count} (of different hosts) count over all of them. A text between slashes is a
 * regular expression; an empty header value (null) means absent.
 */
final class Expectation {
  private final String where;
  private final Map<String, @Nullable Object> expect;
  private final List<String> differences = new ArrayList<>();

  private Expectation(String where, Map<String, @Nullable Object> expect) {
    this.where = where;
    this.expect = expect;
  }

  /** How the observations differ from what the step expects; empty where they do not. */
  static List<String> differences(
      String where, Map<String, @Nullable Object> expect, List<Observation> seen) {
    Expectation expectation = new Expectation(where, expect);
    expectation.compare(seen);
    return expectation.differences;
  }

  private void compare(List<Observation> seen) {
    for (Map.Entry<String, @Nullable Object> entry : expect.entrySet()) {
      String field = entry.getKey();
      Object wanted = entry.getValue();
      switch (field) {
        case "host-count" -> hostCount(field, wanted, seen);
        case "hosts" -> count(field, wanted, seen, Observation::host);
        case "clusters" -> count(field, wanted, seen, Observation::cluster);
        case "statuses" -> count(field, wanted, seen, o -> Integer.toString(o.status()));
        default -> seen.forEach(observation -> one(field, wanted, observation));
      }
    }
  }

  private void one(String field, @Nullable Object wanted, Observation seen) {
    switch (field) {
      case "status" -> same(field, wanted, Integer.toString(seen.status()));
      case "body" -> same(field, wanted, seen.body());
      case "flags" -> same(field, wanted, seen.flags());
      case "details" -> same(field, wanted, seen.details());
      case "cluster" -> same(field, wanted, seen.cluster());
      case "route" -> same(field, wanted, seen.route());
      case "host" -> same(field, wanted, seen.host());
      case "attempts" -> same(field, wanted, Integer.toString(seen.attemptCount()));
      case "cut" -> same(field, wanted, Boolean.toString(seen.cut()));
      case "trace" -> trace(wanted, seen.trace());
      case "headers" -> headers("headers", wanted, seen.headers());
      case "upstream" -> upstream(field, wanted, seen.attempts());
      case "received" -> upstream(field, wanted, sorted(seen.attempts()));
      default -> throw new IllegalArgumentException(where + ": nothing is called " + field);
    }
  }

  private void headers(String field, @Nullable Object wanted, Map<String, String> seen) {
    Fields.map(where + "." + field, wanted)
        .forEach((name, value) -> same(field + "." + name, value, seen.get(name)));
  }

  /** These lines, in this order; others may stand between them. */
  private void trace(@Nullable Object wanted, List<String> seen) {
    if (seen.isEmpty()) {
      return;
    }
    int from = 0;
    for (Object line : wanted instanceof List<?> all ? all : List.of(String.valueOf(wanted))) {
      int at = seen.subList(from, seen.size()).indexOf(String.valueOf(line));
      if (at < 0) {
        differences.add("trace: \"" + line + "\" is not in " + seen.subList(from, seen.size()));
        return;
      }
      from += at + 1;
    }
  }

  // Copies overtake each other and the request.
  private static List<Attempt> sorted(List<Attempt> seen) {
    return seen.stream()
        .sorted(
            Comparator.comparing(Attempt::authority)
                .thenComparing(Attempt::target)
                .thenComparing(Attempt::host))
        .toList();
  }

  private void upstream(String field, @Nullable Object wanted, List<Attempt> seen) {
    List<?> all = wanted instanceof List<?> list ? list : List.of(String.valueOf(wanted));
    if (wanted instanceof Map<?, ?>) {
      all = List.of(wanted);
    }
    if (all.size() != seen.size()) {
      differences.add(
          field + ": " + all.size() + " attempts expected, " + seen.size() + " seen: " + seen);
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      Attempt attempt = seen.get(i);
      String at = field + "[" + i + "]";
      Fields fields = Fields.of(where + "." + at, all.get(i));
      if (fields.has("host")) {
        same(at + ".host", fields.get("host"), Integer.toString(attempt.host()));
      }
      if (fields.has("method")) {
        same(at + ".method", fields.get("method"), attempt.method());
      }
      if (fields.has("path")) {
        same(at + ".path", fields.get("path"), attempt.target());
      }
      if (fields.has("authority")) {
        same(at + ".authority", fields.get("authority"), attempt.authority());
      }
      headers(at + ".headers", fields.map("headers"), attempt.headers());
      fields.end();
    }
  }

  private void hostCount(String field, @Nullable Object wanted, List<Observation> seen) {
    long hosts = seen.stream().map(Observation::host).distinct().count();
    same(field, wanted, Long.toString(hosts));
  }

  /** Counts; {@code {min: A, max: B}} allows a range, and a key may be a regular expression. */
  private void count(
      String field,
      @Nullable Object wanted,
      List<Observation> seen,
      Function<Observation, String> by) {
    Map<String, Integer> counts = new TreeMap<>();
    seen.forEach(observation -> counts.merge(by.apply(observation), 1, Integer::sum));
    Map<String, @Nullable Object> limits =
        new LinkedHashMap<>(Fields.map(where + "." + field, wanted));
    for (String key : counts.keySet()) {
      if (limits.keySet().stream().noneMatch(wantedKey -> names(wantedKey, key))) {
        limits.put(key, 0);
      }
    }
    limits.forEach(
        (key, limit) -> {
          int count = 0;
          for (Map.Entry<String, Integer> one : counts.entrySet()) {
            count += names(key, one.getKey()) ? one.getValue() : 0;
          }
          boolean fits =
              limit instanceof Map<?, ?>
                  ? fits(Fields.of(where + "." + field, limit), count)
                  : String.valueOf(limit).equals(Integer.toString(count));
          if (!fits) {
            differences.add(field + ": " + key + " expected " + limit + ", seen " + counts);
          }
        });
  }

  private static boolean names(String wanted, String key) {
    boolean pattern = wanted.length() > 2 && wanted.startsWith("/") && wanted.endsWith("/");
    return pattern
        ? Pattern.matches(wanted.substring(1, wanted.length() - 1), key)
        : wanted.equals(key);
  }

  private static boolean fits(Fields range, int count) {
    long min = range.number("min", 0);
    long max = range.number("max", Integer.MAX_VALUE);
    range.end();
    return min <= count && count <= max;
  }

  private void same(String field, @Nullable Object wanted, @Nullable String seen) {
    String text = wanted == null ? null : String.valueOf(wanted);
    boolean equal;
    if (text == null || seen == null) {
      equal = text == null && seen == null;
    } else if (text.length() > 2
        && text.startsWith("/")
        && text.endsWith("/")
        && isPattern(field)) {
      equal = Pattern.matches(text.substring(1, text.length() - 1), seen);
    } else {
      equal = text.equals(seen);
    }
    if (!equal) {
      differences.add(field + ": expected " + text + ", seen " + seen);
    }
  }

  // A path begins, and may end, with a slash.
  private static boolean isPattern(String field) {
    return !field.endsWith(".path") && !field.endsWith("-path") && !field.endsWith("location");
  }
}
