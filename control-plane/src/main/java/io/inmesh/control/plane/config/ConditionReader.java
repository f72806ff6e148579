package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.AuthorizationPolicy.Action;
import io.inmesh.control.plane.model.AuthorizationPolicy.Attribute;
import io.inmesh.control.plane.model.AuthorizationPolicy.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a rule asks for; {@code from}, {@code to} and {@code when} have one form. */
final class ConditionReader {
  private static final Pattern IN_BRACKETS = Pattern.compile("([^\\[]+)\\[(.+)]");
  private static final Pattern CLAIM = Pattern.compile("\\[([^\\[\\]]*)]");
  private static final Pattern SERVICE_ACCOUNT = Pattern.compile("[^/*]+(/[^/*]+)?");
  private static final Pattern LITERAL = Pattern.compile("[a-zA-Z0-9-._~%!$&'()+,;:@=]+");
  private static final Set<String> WHEN_KEYS =
      Arrays.stream(Attribute.values())
          .filter(attribute -> !attribute.key().isEmpty())
          .map(attribute -> takesPath(attribute) ? attribute.key() + "[]" : attribute.key())
          .collect(Collectors.toUnmodifiableSet());

  private final String namespace;
  private final Action action;

  /**
   * @param namespace of the policy; service accounts without one are of this
   */
  ConditionReader(String namespace, Action action) {
    this.namespace = namespace;
    this.action = action;
  }

  List<Condition> source(Fields fields) {
    List<Condition> out = new ArrayList<>();
    add(out, fields, "principals", Attribute.PRINCIPAL);
    add(out, fields, "requestPrincipals", Attribute.REQUEST_PRINCIPAL);
    add(out, fields, "serviceAccounts", Attribute.SERVICE_ACCOUNT);
    add(out, fields, "namespaces", Attribute.NAMESPACE);
    add(out, fields, "remoteIpBlocks", Attribute.REMOTE_IP);
    add(out, fields, "ipBlocks", Attribute.SOURCE_IP);
    Set<Attribute> asked = out.stream().map(Condition::attribute).collect(Collectors.toSet());
    if (asked.contains(Attribute.SERVICE_ACCOUNT)
        && (asked.contains(Attribute.PRINCIPAL) || asked.contains(Attribute.NAMESPACE))) {
      fields.error("serviceAccounts", "cannot be given with principals or namespaces");
    }
    return out;
  }

  List<Condition> operation(Fields fields) {
    List<Condition> out = new ArrayList<>();
    add(out, fields, "hosts", Attribute.HOST);
    add(out, fields, "methods", Attribute.METHOD);
    add(out, fields, "paths", Attribute.PATH);
    add(out, fields, "ports", Attribute.DESTINATION_PORT);
    return out;
  }

  Condition when(Fields fields) {
    String key = fields.requiredString("key");
    Condition named = named(key);
    if (named == null) {
      if (!key.isEmpty()) {
        fields.error(
            "key", "\"" + key + "\" is no attribute" + Spelling.suggestion(key, WHEN_KEYS));
      }
      fields.ignore("values", "notValues");
      return condition(Attribute.HEADER, List.of());
    }
    List<String> values = values(fields, "values", named.attribute());
    List<String> notValues = values(fields, "notValues", named.attribute());
    if (values.isEmpty() && notValues.isEmpty()) {
      fields.error("values", "one of values and notValues is required");
    }
    return new Condition(named.attribute(), named.path(), values, notValues);
  }

  /** The attribute and its path, without values; null when there is none of that key. */
  private static @Nullable Condition named(String key) {
    Matcher inBrackets = IN_BRACKETS.matcher(key);
    if (!inBrackets.matches()) {
      return Arrays.stream(Attribute.values())
          .filter(attribute -> attribute.key().equals(key))
          .filter(attribute -> !key.isEmpty() && !takesPath(attribute))
          .map(attribute -> condition(attribute, List.of()))
          .findFirst()
          .orElse(null);
    }
    String name = inBrackets.group(1);
    String inside = inBrackets.group(2);
    if (name.equals(Attribute.HEADER.key())) {
      return condition(Attribute.HEADER, List.of(inside));
    }
    if (name.equals(Attribute.CLAIM.key())) {
      return condition(Attribute.CLAIM, claims("[" + inside + "]"));
    }
    return name.startsWith(Attribute.FILTER_METADATA.key())
        ? condition(
            Attribute.FILTER_METADATA, List.of(name.substring("experimental.".length()), inside))
        : null;
  }

  private static Condition condition(Attribute attribute, List<String> path) {
    return new Condition(attribute, path, List.of(), List.of());
  }

  private static boolean takesPath(Attribute attribute) {
    return attribute == Attribute.HEADER
        || attribute == Attribute.CLAIM
        || attribute == Attribute.FILTER_METADATA;
  }

  /** {@code [a][b]} is the claim b in the claim a; a name with other brackets is one claim. */
  private static List<String> claims(String brackets) {
    List<String> out = new ArrayList<>();
    Matcher claim = CLAIM.matcher(brackets);
    int end = 0;
    while (claim.find() && claim.start() == end) {
      out.add(claim.group(1));
      end = claim.end();
    }
    return end == brackets.length() ? out : List.of(brackets.substring(1, brackets.length() - 1));
  }

  private void add(List<Condition> out, Fields fields, String name, Attribute attribute) {
    String not = "not" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    List<String> values = values(fields, name, attribute);
    List<String> notValues = values(fields, not, attribute);
    if (!values.isEmpty() || !notValues.isEmpty()) {
      out.add(new Condition(attribute, List.of(), values, notValues));
    }
  }

  private List<String> values(Fields fields, String name, Attribute attribute) {
    List<String> values = fields.strings(name);
    for (String value : values) {
      String mistake = value.isEmpty() ? "must not be empty" : mistake(attribute, value);
      if (!mistake.isEmpty()) {
        fields.error(name, "\"" + value + "\" " + mistake);
      }
    }
    if (!values.isEmpty() && action == Action.CUSTOM && ofIdentity(attribute)) {
      fields.error(
          name, "cannot be given with CUSTOM, which is decided before callers are authenticated");
    }
    return attribute == Attribute.SERVICE_ACCOUNT
        ? values.stream().map(v -> v.contains("/") ? v : namespace + "/" + v).toList()
        : values;
  }

  private static boolean ofIdentity(Attribute attribute) {
    return switch (attribute) {
      case PRINCIPAL, NAMESPACE, SERVICE_ACCOUNT, REQUEST_PRINCIPAL, AUDIENCE, PRESENTER, CLAIM ->
          true;
      default -> false;
    };
  }

  private static String mistake(Attribute attribute, String value) {
    return switch (attribute) {
      case SOURCE_IP, REMOTE_IP, DESTINATION_IP ->
          ServiceEntryReader.isSubnet(value) ? "" : "is neither an IP address nor a CIDR range";
      case DESTINATION_PORT -> Ports.isPort(value) ? "" : "is no port from 0 to 65535";
      case SERVICE_ACCOUNT ->
          SERVICE_ACCOUNT.matcher(value).matches() ? "" : "is neither NAME nor NAMESPACE/NAME";
      case PATH -> pathMistake(value);
      default -> "";
    };
  }

  private static String pathMistake(String path) {
    boolean template = path.contains("{*}") || path.contains("{**}");
    boolean ended = false;
    for (String segment : path.replaceAll("^/+|/+$", "").split("/", -1)) {
      boolean operator = segment.equals("{*}") || segment.equals("{**}");
      if (operator && ended) {
        return "has an operator behind {**}";
      }
      ended |= segment.equals("{**}");
      if (!operator && (segment.contains("{") || segment.contains("}"))) {
        return "has braces that are neither {*} nor {**}, each a whole segment";
      }
      if (!operator && template && !LITERAL.matcher(segment).matches()) {
        return "is a template with a segment that is no plain text";
      }
    }
    return "";
  }
}
