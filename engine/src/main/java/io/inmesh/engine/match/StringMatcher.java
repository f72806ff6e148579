package io.inmesh.engine.match;

/** Envoy's {@code StringMatcher}; a regex must match the whole value and ignores ignoreCase. */
public sealed interface StringMatcher {
  /** Whether the value matches. */
  boolean matches(String value);

  /** What is expected, for traces: {@code prefix /a}. */
  String describe();

  record Exact(String value, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(String text) {
      return ignoreCase ? Ascii.equals(text, value) : text.equals(value);
    }

    @Override
    public String describe() {
      return "exact " + value;
    }
  }

  record Prefix(String value, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(String text) {
      return ignoreCase ? Ascii.regionMatches(text, 0, value) : text.startsWith(value);
    }

    @Override
    public String describe() {
      return "prefix " + value;
    }
  }

  record Suffix(String value, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(String text) {
      return ignoreCase
          ? Ascii.regionMatches(text, text.length() - value.length(), value)
          : text.endsWith(value);
    }

    @Override
    public String describe() {
      return "suffix " + value;
    }
  }

  record Contains(String value, boolean ignoreCase) implements StringMatcher {
    @Override
    public boolean matches(String text) {
      return ignoreCase ? Ascii.contains(text, value) : text.contains(value);
    }

    @Override
    public String describe() {
      return "contains " + value;
    }
  }

  record Regex(CompiledRegex regex) implements StringMatcher {
    public Regex(String regex) {
      this(new CompiledRegex(regex));
    }

    @Override
    public boolean matches(String text) {
      return regex.matches(text);
    }

    @Override
    public String describe() {
      return "regex " + regex.text();
    }
  }
}
