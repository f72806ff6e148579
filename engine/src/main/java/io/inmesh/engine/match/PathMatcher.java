package io.inmesh.engine.match;

/** Envoy's path specifiers; the path never holds a query or a fragment. */
public sealed interface PathMatcher {
  /** Whether the path matches. */
  boolean matches(String path);

  /** What is expected, for traces. */
  String describe();

  /** The path starts with the prefix: {@code /foo} matches {@code /foobar}. */
  record Prefix(String value, boolean caseSensitive) implements PathMatcher {
    @Override
    public boolean matches(String path) {
      return caseSensitive ? path.startsWith(value) : Ascii.regionMatches(path, 0, value);
    }

    @Override
    public String describe() {
      return "prefix " + value;
    }
  }

  /** The path is this one. */
  record Exact(String value, boolean caseSensitive) implements PathMatcher {
    @Override
    public boolean matches(String path) {
      return caseSensitive ? path.equals(value) : Ascii.equals(path, value);
    }

    @Override
    public String describe() {
      return "path " + value;
    }
  }

  /** The whole path matches; case always counts. */
  record Regex(CompiledRegex regex) implements PathMatcher {
    public Regex(String regex) {
      this(new CompiledRegex(regex));
    }

    @Override
    public boolean matches(String path) {
      return regex.matches(path);
    }

    @Override
    public String describe() {
      return "regex " + regex.text();
    }
  }

  /** The prefix, ended by a slash or by the end of the path. */
  record PathSeparatedPrefix(String value, boolean caseSensitive) implements PathMatcher {
    public PathSeparatedPrefix {
      if (value.indexOf('?') >= 0 || value.indexOf('#') >= 0 || value.endsWith("/")) {
        throw new IllegalArgumentException(
            "RouteMatch.path_separated_prefix: value does not match regex pattern"
                + " \"^[^?#]+[^?#/]$\": "
                + value);
      }
    }

    @Override
    public boolean matches(String path) {
      int end = value.length();
      boolean starts = caseSensitive ? path.startsWith(value) : Ascii.regionMatches(path, 0, value);
      return starts && (path.length() == end || path.charAt(end) == '/');
    }

    @Override
    public String describe() {
      return "path separated prefix " + value;
    }
  }

  /** Envoy's URI template: {@code *} is one segment, <code>**</code> any number of characters. */
  record UriTemplate(CompiledTemplate template) implements PathMatcher {
    public UriTemplate(String template) {
      this(new CompiledTemplate(template));
    }

    @Override
    public boolean matches(String path) {
      return template.matches(path);
    }

    @Override
    public String describe() {
      return "uri template " + template.text();
    }
  }
}
