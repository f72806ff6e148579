package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Route tables that Envoy accepts, and requests that come close to what they match. Each route
 * answers by itself with its own name, so that the answer tells the decision and no upstream is
 * needed.
 */
final class FuzzGenerator {
  private static final String[] LABELS = {"a", "b", "www", "x-y", "A", "b1"};
  private static final String[] SEGMENTS = {
    "a", "b", "ab", "A", "a.b", "%41", "a%2Fb", ".", "..", "", "a;v=1", "~", "a%20b", "%2e%2e"
  };
  private static final String[] VALUES = {"1", "v", "vw", "V", "", "10", "-3", "v,w", "w v", "9x"};
  private static final String[] NAMES = {"x-a", "x-b", "X-C"};
  private static final String[] PARAMETERS = {"p", "q", "P"};
  private static final String[] REGEXES = {
    "/[ab]+", "/a.*", "/(a|ab)/?b?", ".*b", "/a/\\w+", "/[^/]*/b", "(?i)/AB.*", "/.*"
  };
  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT", "HEAD", "DELETE"};

  private final SplittableRandom random;

  FuzzGenerator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A configuration, as the {@code resources} of a vector. */
  Map<String, @Nullable Object> resources() {
    Map<String, @Nullable Object> table = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      table.put("ignore_port_in_host_matching", true);
    }
    if (random.nextInt(5) == 0) {
      table.put("ignore_path_parameters_in_path_matching", true);
    }
    List<Object> hosts = new ArrayList<>();
    Set<String> used = new HashSet<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      List<String> domains = new ArrayList<>();
      for (int k = 1 + random.nextInt(3); k > 0; k--) {
        String domain = domain();
        if (used.add(domain.toLowerCase(Locale.ROOT))) {
          domains.add(domain);
        }
      }
      if (!domains.isEmpty()) {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("name", "v" + i);
        host.put("domains", domains);
        List<Object> routes = new ArrayList<>();
        for (int k = random.nextInt(6); k >= 0; k--) {
          routes.add(route("v" + i + "-" + k));
        }
        host.put("routes", routes);
        if (random.nextInt(12) == 0) {
          host.put("require_tls", random.nextBoolean() ? "ALL" : "EXTERNAL_ONLY");
        }
        hosts.add(host);
      }
    }
    table.put("virtual_hosts", hosts);
    Map<String, @Nullable Object> resources = new LinkedHashMap<>();
    resources.put("route_config", table);
    resources.put("manager", manager());
    return resources;
  }

  private Map<String, Object> manager() {
    Map<String, Object> manager = new LinkedHashMap<>();
    manager.put("normalize_path", random.nextInt(3) > 0);
    if (random.nextBoolean()) {
      manager.put("merge_slashes", true);
    }
    String[] actions = {
      "KEEP_UNCHANGED", "REJECT_REQUEST", "UNESCAPE_AND_REDIRECT", "UNESCAPE_AND_FORWARD"
    };
    manager.put("path_with_escaped_slashes_action", pick(actions));
    if (random.nextInt(6) == 0) {
      manager.put("strip_any_host_port", true);
    }
    if (random.nextInt(6) == 0) {
      manager.put("strip_trailing_host_dot", true);
    }
    return manager;
  }

  private String domain() {
    StringBuilder name = new StringBuilder(pick(LABELS));
    for (int i = random.nextInt(3); i > 0; i--) {
      name.append('.').append(pick(LABELS));
    }
    return switch (random.nextInt(10)) {
      case 0 -> "*";
      case 1, 2 -> "*." + name;
      case 3 -> "*-" + name;
      case 4 -> name + ".*";
      case 5 -> name + ":8080";
      default -> name.toString();
    };
  }

  private Map<String, Object> route(String name) {
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("name", name);
    route.put("match", match());
    if (random.nextInt(4) == 0) {
      route.put("redirect", redirect());
    } else {
      route.put(
          "direct_response",
          Map.of(
              "status", pick(200, 200, 201, 302, 404, 503), "body", Map.of("inline_string", name)));
    }
    if (random.nextInt(5) == 0) {
      route.put("response_headers_to_add", List.of(added("x-fuzz-route")));
    }
    return route;
  }

  private Map<String, Object> added(String name) {
    String[] values = {
      "%REQ(x-a)%", "%REQ(:PATH)%", "%REQ(x-b?x-a):2%", "s %REQ(:METHOD)%", "%ROUTE_NAME%%%", "x"
    };
    Map<String, Object> added = new LinkedHashMap<>();
    added.put("header", Map.of("key", name, "value", pick(values)));
    if (random.nextBoolean()) {
      added.put("append_action", "OVERWRITE_IF_EXISTS_OR_ADD");
    }
    return added;
  }

  private Map<String, Object> match() {
    Map<String, Object> match = new LinkedHashMap<>();
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> match.put("prefix", path(2));
      case 3, 4 -> match.put("path", path(2));
      case 5 -> match.put("safe_regex", Map.of("regex", pick(REGEXES)));
      case 6 -> {
        String path = path(2);
        match.put(
            path.length() > 1 && !path.endsWith("/") ? "path_separated_prefix" : "prefix", path);
      }
      default -> match.put("prefix", "/");
    }
    if (random.nextInt(4) == 0 && !match.containsKey("safe_regex")) {
      match.put("case_sensitive", false);
    }
    List<Object> headers = new ArrayList<>();
    for (int i = random.nextInt(8) / 5; i >= 0 && random.nextBoolean(); i--) {
      headers.add(headerMatcher());
    }
    if (!headers.isEmpty()) {
      match.put("headers", headers);
    }
    if (random.nextInt(6) == 0) {
      match.put("query_parameters", List.of(parameterMatcher()));
    }
    if (random.nextInt(16) == 0) {
      match.put("grpc", Map.of());
    }
    if (random.nextInt(20) == 0) {
      match.put("dynamic_metadata", List.of(metadataMatcher()));
    }
    if (random.nextInt(20) == 0) {
      match.put(
          "runtime_fraction",
          Map.of("default_value", Map.of("numerator", random.nextBoolean() ? 0 : 100)));
    }
    return match;
  }

  private Map<String, Object> headerMatcher() {
    Map<String, Object> matcher = new LinkedHashMap<>();
    String name = random.nextInt(5) == 0 ? pick(":method", ":path", ":authority") : pick(NAMES);
    matcher.put("name", name);
    switch (random.nextInt(7)) {
      case 0 -> matcher.put("present_match", random.nextBoolean());
      case 1 -> matcher.put("range_match", Map.of("start", -3, "end", 10));
      default -> matcher.put("string_match", string());
    }
    if (random.nextInt(3) == 0) {
      matcher.put("invert_match", true);
    }
    if (random.nextInt(3) == 0) {
      matcher.put("treat_missing_header_as_empty", true);
    }
    return matcher;
  }

  private Map<String, Object> metadataMatcher() {
    Map<String, Object> matcher = new LinkedHashMap<>();
    matcher.put("filter", "f");
    matcher.put("path", List.of(Map.of("key", "k")));
    matcher.put("value", Map.of("string_match", string()));
    matcher.put("invert", random.nextBoolean());
    return matcher;
  }

  private Map<String, Object> parameterMatcher() {
    Map<String, Object> matcher = new LinkedHashMap<>();
    matcher.put("name", pick(PARAMETERS));
    if (random.nextBoolean()) {
      matcher.put("string_match", string());
    } else {
      matcher.put("present_match", random.nextInt(4) > 0);
    }
    return matcher;
  }

  private Map<String, Object> string() {
    Map<String, Object> matcher = new LinkedHashMap<>();
    String value = pick(VALUES);
    String part = value.isEmpty() ? "v" : value;
    switch (random.nextInt(6)) {
      case 0 -> matcher.put("prefix", part);
      case 1 -> matcher.put("suffix", part);
      case 2 -> matcher.put("contains", part);
      case 3 -> {
        matcher.put("safe_regex", Map.of("regex", pick("v+", "[0-9]+", ".*w", "V|v", "\\S*")));
        return matcher;
      }
      default -> matcher.put("exact", value);
    }
    if (random.nextInt(4) == 0) {
      matcher.put("ignore_case", true);
    }
    return matcher;
  }

  private Map<String, Object> redirect() {
    Map<String, Object> redirect = new LinkedHashMap<>();
    switch (random.nextInt(4)) {
      case 0 -> redirect.put("https_redirect", true);
      case 1 -> redirect.put("scheme_redirect", pick("http", "https", "ws"));
      default -> {}
    }
    if (random.nextInt(3) == 0) {
      redirect.put("host_redirect", "new.test");
    }
    if (random.nextInt(3) == 0) {
      redirect.put("port_redirect", pick(80, 443, 8443));
    }
    switch (random.nextInt(5)) {
      case 0 -> redirect.put("path_redirect", pick("/new", "/new?own=1", "rel"));
      case 1 -> redirect.put("prefix_rewrite", pick("/n", "/", "/n/"));
      case 2 ->
          redirect.put(
              "regex_rewrite",
              Map.of(
                  "pattern",
                  Map.of("regex", pick("(a)", "^/(\\w+)", "(b)$")),
                  "substitution",
                  pick("c", "/\\1x", "\\0\\0")));
      default -> {}
    }
    if (random.nextInt(3) == 0) {
      redirect.put("strip_query", true);
    }
    redirect.put("response_code", pick("MOVED_PERMANENTLY", "FOUND", "PERMANENT_REDIRECT"));
    return redirect;
  }

  private String path(int segments) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(segments + 1); i >= 0; i--) {
      path.append('/').append(pick(SEGMENTS));
    }
    return path.toString();
  }

  /** A request that comes close to a configuration. */
  VectorRequest request(Map<String, @Nullable Object> resources) {
    List<String> domains = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    collect(resources, domains, paths);
    List<VectorRequest.Header> headers = new ArrayList<>();
    for (String name : NAMES) {
      for (int i = random.nextInt(7) / 3; i > 0; i--) {
        headers.add(new VectorRequest.Header(name.toLowerCase(Locale.ROOT), pick(VALUES)));
      }
    }
    if (random.nextInt(10) == 0) {
      headers.add(
          new VectorRequest.Header(
              "content-type",
              pick("application/grpc", "application/grpc+x", "application/grpc-web")));
    }
    if (random.nextInt(12) == 0) {
      headers.add(new VectorRequest.Header("x-forwarded-proto", pick("https", "http")));
    }
    return new VectorRequest(pick(METHODS), authority(domains), target(paths), headers, "");
  }

  private String authority(List<String> domains) {
    String domain = domains.isEmpty() ? "a" : domains.get(random.nextInt(domains.size()));
    String host =
        domain.replace("*", random.nextInt(4) == 0 ? "" : pick(LABELS) + pick("", ".b", "-a"));
    if (host.isEmpty()) {
      host = pick(LABELS);
    }
    return switch (random.nextInt(8)) {
      case 0 -> host.toUpperCase(Locale.ROOT);
      case 1 -> host + ":80";
      case 2 -> host + ":8080";
      case 3 -> host + pick(".", ".:80", "..", ":", ":x");
      default -> host;
    };
  }

  private String target(List<String> paths) {
    String path =
        paths.isEmpty() || random.nextInt(4) == 0
            ? path(3)
            : paths.get(random.nextInt(paths.size()));
    path += pick("", "", "", "/", "/b", "x", "/../a", "//b", ";v=2");
    if (random.nextInt(6) == 0) {
      path = path.toUpperCase(Locale.ROOT).replace("%2E", "%2e");
    }
    StringBuilder target = new StringBuilder(path);
    char before = '?';
    for (int i = random.nextInt(3); i > 0; i--) {
      target
          .append(before)
          .append(pick(PARAMETERS))
          .append(pick("", "=", "=" + pick("v", "1", "w v".replace(' ', '+'), "V", "v=w")));
      before = '&';
    }
    return target.toString();
  }

  private static void collect(@Nullable Object value, List<String> domains, List<String> paths) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, element) -> {
            if (key.equals("domains") && element instanceof List<?> list) {
              list.forEach(domain -> domains.add(String.valueOf(domain)));
            } else if (element instanceof String text && text.startsWith("/")) {
              paths.add(text);
            } else {
              collect(element, domains, paths);
            }
          });
    } else if (value instanceof List<?> list) {
      list.forEach(element -> collect(element, domains, paths));
    }
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
