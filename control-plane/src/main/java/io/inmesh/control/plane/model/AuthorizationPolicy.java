package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;

/**
 * Istio's AuthorizationPolicy.
 *
 * @param selector empty for all workloads of the namespace, or of the mesh in the root namespace
 * @param provider the extension provider's name, for CUSTOM alone
 * @param dryRun whether it is only evaluated and never enforced
 * @param rules none means that it never matches
 */
public record AuthorizationPolicy(
    Meta meta,
    Map<String, String> selector,
    Action action,
    String provider,
    boolean dryRun,
    List<Rule> rules)
    implements Resource {

  public AuthorizationPolicy {
    selector = Map.copyOf(selector);
    rules = List.copyOf(rules);
  }

  /** What is done with a request that a rule matches. */
  public enum Action {
    ALLOW,
    DENY,
    AUDIT,
    CUSTOM
  }

  /**
   * Matches when one source, one operation and all of {@code when} match.
   *
   * @param from each source a list of conditions that all hold; empty for any source
   * @param to each operation likewise
   */
  public record Rule(List<List<Condition>> from, List<List<Condition>> to, List<Condition> when) {
    public Rule {
      from = List.copyOf(from);
      to = List.copyOf(to);
      when = List.copyOf(when);
    }
  }

  /**
   * The attribute has one of the values, if there are any, and none of the others.
   *
   * @param path what stands in brackets behind the attribute: a header, a claim and the claims in
   *     it
   */
  public record Condition(
      Attribute attribute, List<String> path, List<String> values, List<String> notValues) {
    public Condition {
      path = List.copyOf(path);
      values = List.copyOf(values);
      notValues = List.copyOf(notValues);
    }
  }

  /** What a condition can look at. A {@code when} names it by its key. */
  public enum Attribute {
    HOST(""),
    METHOD(""),
    PATH(""),
    DESTINATION_PORT("destination.port"),
    DESTINATION_IP("destination.ip"),
    SNI("connection.sni"),
    FILTER_METADATA("experimental.envoy.filters."),
    PRINCIPAL("source.principal"),
    REQUEST_PRINCIPAL("request.auth.principal"),
    SERVICE_ACCOUNT("source.serviceAccount"),
    NAMESPACE("source.namespace"),
    REMOTE_IP("remote.ip"),
    SOURCE_IP("source.ip"),
    HEADER("request.headers"),
    AUDIENCE("request.auth.audiences"),
    PRESENTER("request.auth.presenter"),
    CLAIM("request.auth.claims");

    private final String key;

    Attribute(String key) {
      this.key = key;
    }

    /** The key of {@code when}, without brackets; empty where {@code when} has none. */
    public String key() {
      return key;
    }

    /** Whether a connection alone, without an HTTP request, cannot have it. */
    public boolean httpOnly() {
      return switch (this) {
        case HOST, METHOD, PATH, REQUEST_PRINCIPAL, HEADER, AUDIENCE, PRESENTER, CLAIM -> true;
        default -> false;
      };
    }

    /** Whether it says where the request goes; the others say who sends it. */
    public boolean ofDestination() {
      return switch (this) {
        case HOST, METHOD, PATH, DESTINATION_PORT, DESTINATION_IP, SNI, FILTER_METADATA -> true;
        default -> false;
      };
    }
  }
}
