package io.inmesh.control.plane.model;

import org.jspecify.annotations.Nullable;

/**
 * Istio's StringMatch. A null {@code kind} (written {@code {}}) asks for presence alone.
 *
 * @param value empty when {@code kind} is null
 */
public record StringMatch(@Nullable Kind kind, String value) {
  /** How {@code value} is compared; a regex is RE2 and matches the whole string. */
  public enum Kind {
    EXACT,
    PREFIX,
    REGEX
  }

  public static final StringMatch PRESENT = new StringMatch(null, "");

  /** Istio takes the lone star, which is no RE2 expression, for presence. */
  public boolean isPresence() {
    return kind == null || (kind == Kind.REGEX && value.equals("*"));
  }
}
