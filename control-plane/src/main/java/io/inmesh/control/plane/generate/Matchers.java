package io.inmesh.control.plane.generate;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.List;

/** Envoy's matchers for what policies write: a star at an end stands for anything. */
final class Matchers {
  private Matchers() {}

  static StringMatcher text(String pattern) {
    return text(pattern, "");
  }

  /** A pattern behind a fixed beginning; the lone star asks for any text at all. */
  static StringMatcher text(String pattern, String beginning) {
    if (pattern.equals("*")) {
      return regex(".+");
    }
    if (pattern.startsWith("*")) {
      return beginning.isEmpty()
          ? StringMatcher.newBuilder().setSuffix(pattern.substring(1)).build()
          : regex(beginning + ".*" + Pattern.quote(pattern.substring(1)));
    }
    return pattern.endsWith("*")
        ? StringMatcher.newBuilder()
            .setPrefix(beginning + pattern.substring(0, pattern.length() - 1))
            .build()
        : StringMatcher.newBuilder().setExact(beginning + pattern).build();
  }

  static StringMatcher regex(String expression) {
    return StringMatcher.newBuilder()
        .setSafeRegex(RegexMatcher.newBuilder().setRegex(expression))
        .build();
  }

  static HeaderMatcher header(String name, String pattern, boolean ignoreCase) {
    HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name);
    return pattern.equals("*")
        ? out.setPresentMatch(true).build()
        : out.setStringMatch(text(pattern).toBuilder().setIgnoreCase(ignoreCase)).build();
  }

  static ValueMatcher value(StringMatcher text) {
    return ValueMatcher.newBuilder().setStringMatch(text).build();
  }

  static ValueMatcher anyOf(List<ValueMatcher> values) {
    return values.size() == 1
        ? values.get(0)
        : ValueMatcher.newBuilder()
            .setOrMatch(OrMatcher.newBuilder().addAllValueMatchers(values))
            .build();
  }

  /** A list with such an element. */
  static ValueMatcher inList(ValueMatcher element) {
    return ValueMatcher.newBuilder()
        .setListMatch(ListMatcher.newBuilder().setOneOf(element))
        .build();
  }

  static MetadataMatcher metadata(String filter, List<String> path, ValueMatcher value) {
    MetadataMatcher.Builder out = MetadataMatcher.newBuilder().setFilter(filter);
    for (String key : path) {
      out.addPath(MetadataMatcher.PathSegment.newBuilder().setKey(key));
    }
    return out.setValue(value).build();
  }
}
