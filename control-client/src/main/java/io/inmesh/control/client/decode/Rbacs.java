package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.authz.Permission;
import io.inmesh.engine.authz.Policy;
import io.inmesh.engine.authz.Principal;
import io.inmesh.engine.authz.Rbac;
import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.authz.RbacOverride;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Access control: the filter of requests, that of connections, and what a route says instead. */
final class Rbacs {
  static final String TYPE = "envoy.extensions.filters.http.rbac.v3.RBAC";
  static final String NETWORK_TYPE = "envoy.extensions.filters.network.rbac.v3.RBAC";
  static final String PER_ROUTE = "envoy.extensions.filters.http.rbac.v3.RBACPerRoute";

  private final boolean network;

  private Rbacs(boolean network) {
    this.network = network;
  }

  /** The filter of requests. */
  static RbacFilter http(WireMessage filter) {
    return new Rbacs(false).filter(filter);
  }

  /** The filter of connections, which have no headers. */
  static RbacFilter network(WireMessage filter) {
    return new Rbacs(true).filter(filter);
  }

  private RbacFilter filter(WireMessage filter) {
    // A tree would take the place of the rules: without it the filter must not act.
    refuse(filter, "matcher");
    refuse(filter, "shadow_matcher");
    return new RbacFilter(
        rules(filter.message("rules")),
        rules(filter.message("shadow_rules")),
        filter.string("shadow_rules_stat_prefix"));
  }

  /** What a level of a route table says; without a filter that it does nothing. */
  static RbacOverride override(WireMessage perRoute) {
    WireMessage filter = perRoute.message("rbac");
    return filter == null ? RbacOverride.OFF : new RbacOverride(http(filter));
  }

  private @Nullable Rbac rules(@Nullable WireMessage rules) {
    if (rules == null) {
      return null;
    }
    Map<String, Policy> policies = new HashMap<>();
    rules.map("policies").forEach((name, policy) -> policies.put(name, policy(policy)));
    return new Rbac(
        switch (rules.enumName("action")) {
          case "ALLOW" -> Rbac.Action.ALLOW;
          case "DENY" -> Rbac.Action.DENY;
          case "LOG" -> Rbac.Action.LOG;
          default -> throw new UnsupportedFeatureException("RBAC.action");
        },
        policies);
  }

  private Policy policy(WireMessage policy) {
    refuse(policy, "condition");
    refuse(policy, "checked_condition");
    return new Policy(
        permissions(policy.messages("permissions")), principals(policy.messages("principals")));
  }

  private List<Permission> permissions(List<WireMessage> permissions) {
    List<Permission> out = new ArrayList<>();
    for (WireMessage permission : permissions) {
      out.add(permission(permission));
    }
    return out;
  }

  private Permission permission(WireMessage permission) {
    String which = permission.which("rule");
    return switch (which) {
      case "and_rules" ->
          new Permission.AndRules(permissions(set(permission, which, "rules", "Rules")));
      case "or_rules" ->
          new Permission.OrRules(permissions(set(permission, which, "rules", "Rules")));
      case "not_rule" -> new Permission.NotRule(permission(permission.messageOrEmpty(which)));
      case "any" -> {
        isTrue(permission, "Permission.Any");
        yield new Permission.Any();
      }
      case "header" -> new Permission.Header(header(permission.messageOrEmpty(which)));
      case "url_path" -> new Permission.UrlPath(path(permission.messageOrEmpty(which)));
      case "uri_template" -> new Permission.UriTemplate(template(permission.messageOrEmpty(which)));
      case "destination_ip" ->
          new Permission.DestinationIp(Matchers.cidr(permission.messageOrEmpty(which)));
      case "destination_port" -> new Permission.DestinationPort((int) permission.number(which));
      case "destination_port_range" -> {
        WireMessage range = permission.messageOrEmpty(which);
        yield new Permission.DestinationPortRange(
            (int) range.number("start"), (int) range.number("end"));
      }
      case "requested_server_name" ->
          new Permission.RequestedServerName(Matchers.string(permission.messageOrEmpty(which)));
      case "metadata" ->
          new Permission.Metadata(Matchers.metadata(permission.messageOrEmpty(which)));
      case "sourced_metadata" ->
          new Permission.Metadata(sourcedMetadata(permission.messageOrEmpty(which)));
      case "" -> throw new IllegalArgumentException("Permission.Rule: is required");
      default -> throw new UnsupportedFeatureException("Permission." + which);
    };
  }

  private List<Principal> principals(List<WireMessage> principals) {
    List<Principal> out = new ArrayList<>();
    for (WireMessage principal : principals) {
      out.add(principal(principal));
    }
    return out;
  }

  private Principal principal(WireMessage principal) {
    String which = principal.which("identifier");
    return switch (which) {
      case "and_ids" -> new Principal.AndIds(principals(set(principal, which, "ids", "Ids")));
      case "or_ids" -> new Principal.OrIds(principals(set(principal, which, "ids", "Ids")));
      case "not_id" -> new Principal.NotId(principal(principal.messageOrEmpty(which)));
      case "any" -> {
        isTrue(principal, "Principal.Any");
        yield new Principal.Any();
      }
      case "authenticated" -> {
        WireMessage name = principal.messageOrEmpty(which).message("principal_name");
        yield new Principal.Authenticated(name == null ? null : Matchers.string(name));
      }
      case "source_ip", "direct_remote_ip" ->
          new Principal.DirectRemoteIp(Matchers.cidr(principal.messageOrEmpty(which)));
      case "remote_ip" -> new Principal.RemoteIp(Matchers.cidr(principal.messageOrEmpty(which)));
      case "header" -> new Principal.Header(header(principal.messageOrEmpty(which)));
      case "url_path" -> new Principal.UrlPath(path(principal.messageOrEmpty(which)));
      case "metadata" -> new Principal.Metadata(Matchers.metadata(principal.messageOrEmpty(which)));
      case "sourced_metadata" ->
          new Principal.Metadata(sourcedMetadata(principal.messageOrEmpty(which)));
      case "" -> throw new IllegalArgumentException("Principal.Identifier: is required");
      default -> throw new UnsupportedFeatureException("Principal." + which);
    };
  }

  private HeaderMatcher header(WireMessage header) {
    if (network) {
      throw new IllegalArgumentException(
          "Found header(" + header.string("name") + ") rule,not supported by RBAC network filter");
    }
    return Matchers.header(header);
  }

  private static List<WireMessage> set(
      WireMessage owner, String field, String elements, String named) {
    List<WireMessage> set = owner.messageOrEmpty(field).messages(elements);
    if (set.isEmpty()) {
      throw new IllegalArgumentException(
          "Set." + named + ": value must contain at least 1 item(s)");
    }
    return set;
  }

  private static void isTrue(WireMessage owner, String field) {
    if (!owner.bool("any")) {
      throw new IllegalArgumentException(field + ": value must equal true");
    }
  }

  private static StringMatcher path(WireMessage path) {
    return Matchers.string(Matchers.required(path.message("path"), "PathMatcher.Path"));
  }

  private static PathMatcher.UriTemplate template(WireMessage extension) {
    return Matchers.uriTemplate(extension, "uri_template");
  }

  private static MetadataMatcher sourcedMetadata(WireMessage sourced) {
    if (!sourced.enumName("metadata_source").equals("DYNAMIC")) {
      throw new UnsupportedFeatureException("SourcedMetadata.metadata_source");
    }
    return Matchers.metadata(
        Matchers.required(sourced.message("metadata_matcher"), "SourcedMetadata.MetadataMatcher"));
  }

  private static void refuse(WireMessage owner, String field) {
    if (owner.has(field)) {
      throw new UnsupportedFeatureException(field);
    }
  }
}
