package io.inmesh.engine.match;

import io.inmesh.engine.match.MetadataMatch.NullValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code ValueMatcher} of a value of metadata, of the kinds that {@link MetadataMatch}
 * names; null is one that is absent and matches nothing.
 */
public sealed interface ValueMatcher {
  /** Whether the value matches. */
  boolean matches(@Nullable Object value);

  /** The value null. */
  record Null() implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof NullValue;
    }
  }

  /** A number with {@code start <= number < end}. */
  record DoubleRange(double start, double end) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof Double number && start <= number && number < end;
    }
  }

  /** This number. */
  record DoubleExact(double number) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof Double given && given == number;
    }
  }

  /** A text. */
  record Text(StringMatcher text) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof String given && text.matches(given);
    }
  }

  /** This boolean. */
  record Bool(boolean wanted) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof Boolean given && given == wanted;
    }
  }

  /** Any value; with false none at all, not even one that is absent. */
  record Present(boolean wanted) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return wanted && value != null;
    }
  }

  /** A list of which one element matches. */
  record OneOfList(ValueMatcher element) implements ValueMatcher {
    @Override
    public boolean matches(@Nullable Object value) {
      return value instanceof List<?> list && list.stream().anyMatch(element::matches);
    }
  }

  /** What one of several matches. */
  record Or(List<ValueMatcher> matchers) implements ValueMatcher {
    public Or {
      matchers = List.copyOf(matchers);
    }

    @Override
    public boolean matches(@Nullable Object value) {
      for (int i = 0; i < matchers.size(); i++) {
        if (matchers.get(i).matches(value)) {
          return true;
        }
      }
      return false;
    }
  }
}
