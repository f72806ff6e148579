package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.inmesh.control.plane.model.AuthorizationPolicy.Condition;
import java.util.ArrayList;
import java.util.List;

/** Conditions on where a request goes, as Envoy's permissions. */
final class RbacPermissions {
  private RbacPermissions() {}

  static Permission all(List<Condition> conditions) {
    Permission.Set.Builder out = Permission.Set.newBuilder();
    for (Condition condition : conditions) {
      if (!condition.values().isEmpty()) {
        out.addRules(oneOf(condition, condition.values()));
      }
      if (!condition.notValues().isEmpty()) {
        out.addRules(Permission.newBuilder().setNotRule(oneOf(condition, condition.notValues())));
      }
    }
    if (out.getRulesCount() == 0) {
      out.addRules(Permission.newBuilder().setAny(true));
    }
    return Permission.newBuilder().setAndRules(out).build();
  }

  private static Permission oneOf(Condition condition, List<String> values) {
    return switch (condition.attribute()) {
      case FILTER_METADATA -> filterMetadata(condition.path(), values);
      default ->
          Permission.newBuilder()
              .setOrRules(
                  Permission.Set.newBuilder()
                      .addAllRules(values.stream().map(v -> permission(condition, v)).toList()))
              .build();
    };
  }

  private static Permission permission(Condition condition, String value) {
    Permission.Builder out = Permission.newBuilder();
    switch (condition.attribute()) {
      case HOST -> out.setHeader(Matchers.header(":authority", value, true));
      case METHOD -> out.setHeader(Matchers.header(":method", value, false));
      case PATH -> path(out, value);
      case DESTINATION_PORT -> out.setDestinationPort(Integer.parseInt(value));
      case DESTINATION_IP -> out.setDestinationIp(Protos.cidr(value));
      case SNI -> out.setRequestedServerName(Matchers.text(value));
      default -> throw new IllegalArgumentException(condition + " is about the caller");
    }
    return out.build();
  }

  private static void path(Permission.Builder out, String path) {
    if (!path.contains("{*}") && !path.contains("{**}")) {
      out.setUrlPath(PathMatcher.newBuilder().setPath(Matchers.text(path)));
      return;
    }
    String template = path.replace("{*}", "*").replace("{**}", "**");
    out.setUriTemplate(
        TypedExtensionConfig.newBuilder()
            .setName("uri-template")
            .setTypedConfig(
                Protos.any(UriTemplateMatchConfig.newBuilder().setPathTemplate(template).build())));
  }

  /** A value in square brackets is looked for in a list. */
  // Deprecated, but what istiod writes.
  @SuppressWarnings("deprecation")
  private static Permission filterMetadata(List<String> path, List<String> values) {
    List<ValueMatcher> matchers = new ArrayList<>();
    for (String value : values) {
      boolean list = value.startsWith("[") && value.endsWith("]");
      String text = list ? value.replaceAll("^[\\[\\]]+|[\\[\\]]+$", "") : value;
      ValueMatcher matcher = Matchers.value(Matchers.text(text));
      matchers.add(list ? Matchers.inList(matcher) : matcher);
    }
    return Permission.newBuilder()
        .setMetadata(
            Matchers.metadata(path.get(0), path.subList(1, path.size()), Matchers.anyOf(matchers)))
        .build();
  }
}
