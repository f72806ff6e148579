package io.inmesh.upstream;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.HeaderMutations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request that checks a host.
 *
 * @param headers lower-case names with their values, without the pseudo-headers
 */
record ProbeHead(String method, String authority, String path, Map<String, List<String>> headers) {
  // The name by which servers know health checks of a mesh.
  private static final String USER_AGENT = "Envoy/HC";

  /**
   * @param configured the authority that the check names, or empty
   */
  static ProbeHead of(
      String method,
      String configured,
      String path,
      Host host,
      Map<String, String> first,
      HeaderMutations mutations) {
    String own = host.endpoint().healthCheck().hostname();
    String named = configured.isEmpty() ? host.cluster().name() : configured;
    Map<String, List<String>> headers = new LinkedHashMap<>();
    first.forEach((name, value) -> headers.put(name, new ArrayList<>(List.of(value))));
    headers.put("user-agent", new ArrayList<>(List.of(USER_AGENT)));
    ProbeHead head = new ProbeHead(method, own.isEmpty() ? named : own, path, headers);
    mutations.removes().forEach(headers::remove);
    Context context = new Context(head, host);
    for (HeaderMutations.Add add : mutations.adds()) {
      String value = add.value().format(context);
      if (value.isEmpty() && !add.keepEmptyValue()) {
        continue;
      }
      boolean exists = headers.containsKey(add.name());
      switch (add.action()) {
        case APPEND_IF_EXISTS_OR_ADD ->
            headers.computeIfAbsent(add.name(), name -> new ArrayList<>()).add(value);
        case ADD_IF_ABSENT -> headers.computeIfAbsent(add.name(), name -> List.of(value));
        case OVERWRITE_IF_EXISTS_OR_ADD -> headers.put(add.name(), new ArrayList<>(List.of(value)));
        case OVERWRITE_IF_EXISTS -> {
          if (exists) {
            headers.put(add.name(), new ArrayList<>(List.of(value)));
          }
        }
      }
    }
    return head;
  }

  /** There is no caller: only what is known of the host has a value. */
  private record Context(ProbeHead head, Host host) implements HeaderFormat.Context {
    @Override
    public @Nullable String requestHeader(String lowerCaseName) {
      return switch (lowerCaseName) {
        case ":method" -> head.method;
        case ":authority", "host" -> head.authority;
        case ":path" -> head.path;
        default -> {
          List<String> values = head.headers.get(lowerCaseName);
          yield values == null ? null : String.join(",", values);
        }
      };
    }

    @Override
    public @Nullable String responseHeader(String lowerCaseName) {
      return null;
    }

    @Override
    public @Nullable String value(HeaderFormat.Command command) {
      return switch (command) {
        case UPSTREAM_HOST, UPSTREAM_REMOTE_ADDRESS -> host.endpoint().socketAddress();
        case UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> host.endpoint().address();
        case UPSTREAM_REMOTE_PORT -> Integer.toString(host.endpoint().port());
        case UPSTREAM_CLUSTER, UPSTREAM_CLUSTER_RAW -> host.cluster().name();
        default -> null;
      };
    }
  }
}
