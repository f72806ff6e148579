package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.match.ValueMatcher;
import io.inmesh.engine.net.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The small messages that occur everywhere: matchers, fractions, durations. */
final class Matchers {
  private static final String URI_TEMPLATE =
      "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

  private Matchers() {}

  static String required(String value, String field) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(field + ": value length must be at least 1 characters");
    }
    return value;
  }

  static WireMessage required(@Nullable WireMessage value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": value is required");
    }
    return value;
  }

  static CompiledRegex regex(WireMessage matcher) {
    return new CompiledRegex(required(matcher.string("regex"), "RegexMatcher.regex"));
  }

  static StringMatcher string(WireMessage matcher) {
    boolean ignoreCase = matcher.bool("ignore_case");
    switch (matcher.which("match_pattern")) {
      case "exact":
        return new StringMatcher.Exact(matcher.string("exact"), ignoreCase);
      case "prefix":
        return new StringMatcher.Prefix(
            required(matcher.string("prefix"), "StringMatcher.prefix"), ignoreCase);
      case "suffix":
        return new StringMatcher.Suffix(
            required(matcher.string("suffix"), "StringMatcher.suffix"), ignoreCase);
      case "contains":
        return new StringMatcher.Contains(
            required(matcher.string("contains"), "StringMatcher.contains"), ignoreCase);
      case "safe_regex":
        return new StringMatcher.Regex(regex(matcher.messageOrEmpty("safe_regex")));
      case "custom":
        throw new UnsupportedFeatureException("custom string matcher");
      default:
        throw new IllegalArgumentException("StringMatcher.match_pattern: is required");
    }
  }

  static HeaderMatcher header(WireMessage matcher) {
    return new HeaderMatcher(
        matcher.string("name"),
        headerRule(matcher),
        matcher.bool("invert_match"),
        matcher.bool("treat_missing_header_as_empty"));
  }

  private static HeaderMatcher.Rule headerRule(WireMessage matcher) {
    switch (matcher.which("header_match_specifier")) {
      case "string_match":
        return new HeaderMatcher.Text(string(matcher.messageOrEmpty("string_match")));
      case "exact_match":
        return new HeaderMatcher.Text(
            new StringMatcher.Exact(matcher.string("exact_match"), false));
      case "prefix_match":
        return new HeaderMatcher.Text(
            new StringMatcher.Prefix(
                required(matcher.string("prefix_match"), "HeaderMatcher.prefix_match"), false));
      case "suffix_match":
        return new HeaderMatcher.Text(
            new StringMatcher.Suffix(
                required(matcher.string("suffix_match"), "HeaderMatcher.suffix_match"), false));
      case "contains_match":
        return new HeaderMatcher.Text(
            new StringMatcher.Contains(
                required(matcher.string("contains_match"), "HeaderMatcher.contains_match"), false));
      case "safe_regex_match":
        return new HeaderMatcher.Text(
            new StringMatcher.Regex(regex(matcher.messageOrEmpty("safe_regex_match"))));
      case "range_match":
        WireMessage range = matcher.messageOrEmpty("range_match");
        return new HeaderMatcher.Range(range.number("start"), range.number("end"));
      case "present_match":
        return new HeaderMatcher.Present(matcher.bool("present_match"));
      default:
        return new HeaderMatcher.Present(true);
    }
  }

  static List<HeaderMatcher> headers(List<WireMessage> matchers) {
    List<HeaderMatcher> out = new ArrayList<>(matchers.size());
    for (WireMessage matcher : matchers) {
      out.add(header(matcher));
    }
    return out;
  }

  static QueryParameterMatcher query(WireMessage matcher) {
    if (matcher.which("query_parameter_match_specifier").equals("string_match")) {
      return new QueryParameterMatcher(
          matcher.string("name"), string(matcher.messageOrEmpty("string_match")), true);
    }
    boolean present = !matcher.has("present_match") || matcher.bool("present_match");
    return new QueryParameterMatcher(matcher.string("name"), null, present);
  }

  /** The path specifier of a RouteMatch. */
  static PathMatcher path(WireMessage match) {
    boolean caseSensitive = match.wrappedBool("case_sensitive", true);
    switch (match.which("path_specifier")) {
      case "prefix":
        return new PathMatcher.Prefix(match.string("prefix"), caseSensitive);
      case "path":
        return new PathMatcher.Exact(match.string("path"), caseSensitive);
      case "safe_regex":
        return new PathMatcher.Regex(regex(match.messageOrEmpty("safe_regex")));
      case "path_separated_prefix":
        return new PathMatcher.PathSeparatedPrefix(
            required(match.string("path_separated_prefix"), "RouteMatch.path_separated_prefix"),
            caseSensitive);
      case "path_match_policy":
        return uriTemplate(match.messageOrEmpty("path_match_policy"), "path_match_policy");
      case "connect_matcher":
        throw new UnsupportedFeatureException("connect_matcher");
      default:
        throw new IllegalArgumentException("RouteMatch.path_specifier: is required");
    }
  }

  /** The template in an extension that matches paths. */
  static PathMatcher.UriTemplate uriTemplate(WireMessage extension, String field) {
    WireMessage content = extension.messageOrEmpty("typed_config").anyContent();
    if (content == null || !content.schema().name().equals(URI_TEMPLATE)) {
      throw new UnsupportedFeatureException(field);
    }
    return new PathMatcher.UriTemplate(content.string("path_template"));
  }

  /** A CidrRange; without a length it is all addresses of the family. */
  static Cidr cidr(WireMessage range) {
    return Cidr.parse(range.string("address_prefix") + "/" + range.wrappedNumber("prefix_len", 0));
  }

  static MetadataMatcher metadata(WireMessage matcher) {
    List<String> path = new ArrayList<>();
    for (WireMessage segment : matcher.messages("path")) {
      path.add(required(segment.string("key"), "PathSegment.Key"));
    }
    return new MetadataMatcher(
        matcher.string("filter"),
        path,
        value(required(matcher.message("value"), "MetadataMatcher.Value")),
        matcher.bool("invert"));
  }

  private static ValueMatcher value(WireMessage matcher) {
    String which = matcher.which("match_pattern");
    WireMessage content = matcher;
    switch (which) {
      case "null_match":
        return new ValueMatcher.Null();
      case "double_match":
        content = matcher.messageOrEmpty(which);
        if (content.which("match_pattern").equals("exact")) {
          return new ValueMatcher.DoubleExact(content.real("exact"));
        }
        WireMessage range = required(content.message("range"), "DoubleMatcher.MatchPattern");
        return new ValueMatcher.DoubleRange(range.real("start"), range.real("end"));
      case "string_match":
        return new ValueMatcher.Text(string(matcher.messageOrEmpty(which)));
      case "bool_match":
        return new ValueMatcher.Bool(matcher.bool(which));
      case "present_match":
        return new ValueMatcher.Present(matcher.bool(which));
      case "list_match":
        content = matcher.messageOrEmpty(which);
        return new ValueMatcher.OneOfList(
            value(required(content.message("one_of"), "ListMatcher.MatchPattern")));
      case "or_match":
        List<ValueMatcher> several = new ArrayList<>();
        for (WireMessage one : matcher.messageOrEmpty(which).messages("value_matchers")) {
          several.add(value(one));
        }
        return new ValueMatcher.Or(several);
      default:
        throw new IllegalArgumentException("ValueMatcher.MatchPattern: is required");
    }
  }

  static FractionalPercent fraction(WireMessage percent) {
    FractionalPercent exact = exactFraction(percent);
    return new FractionalPercent(
        Math.min(exact.numerator(), exact.denominator()), exact.denominator());
  }

  /** The same for what may not be more than all: it stays what it is. */
  static FractionalPercent exactFraction(WireMessage percent) {
    int denominator =
        switch (percent.enumName("denominator")) {
          case "TEN_THOUSAND" -> 10_000;
          case "MILLION" -> 1_000_000;
          default -> 100;
        };
    return new FractionalPercent(
        (int) Math.min(percent.number("numerator"), Integer.MAX_VALUE), denominator);
  }

  /** A RuntimeFractionalPercent: its default, as there is no runtime. */
  static FractionalPercent runtimeFraction(WireMessage runtime) {
    return fraction(
        required(runtime.message("default_value"), "RuntimeFractionalPercent.default_value"));
  }

  static Duration duration(WireMessage message, String field, Duration fallback) {
    Duration found = duration(message, field);
    return found == null ? fallback : found;
  }

  static @Nullable Duration duration(WireMessage message, String field) {
    return message.has(field) ? Duration.ofNanos(message.nanos(field, 0)) : null;
  }
}
