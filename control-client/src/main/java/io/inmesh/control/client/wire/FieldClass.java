package io.inmesh.control.client.wire;

import java.util.Objects;

/**
 * What the agent does with a field, an enum value or a type that a resource sets.
 *
 * @param code the short name that the table uses
 * @param effect what it means for the resource
 * @param reason why it is not simply supported; empty for {@link Effect#SUPPORTED}
 * @param until what will support it; empty where nothing needs to
 */
public record FieldClass(String code, Effect effect, String reason, String until) {

  /** The classes of the supported-field table. */
  public enum Effect {
    /** Interpreted as Envoy does. */
    SUPPORTED,
    /** Without meaning inside a process. */
    IRRELEVANT,
    /** Not done; destination and security are unchanged and the rest applies. */
    DEGRADES,
    /** Not done; what it stands in answers an error instead of doing something else. */
    REFUSES
  }

  public FieldClass {
    Objects.requireNonNull(code);
    Objects.requireNonNull(effect);
    if (effect != Effect.SUPPORTED && reason.isEmpty()) {
      throw new IllegalArgumentException("class " + code + ": a reason is missing");
    }
    if ((effect == Effect.DEGRADES || effect == Effect.REFUSES) && until.isEmpty()) {
      throw new IllegalArgumentException("class " + code + ": say what will support it");
    }
  }

  /** Reads the text behind {@code class} in the table. */
  static FieldClass parse(String line) {
    int first = line.indexOf(' ');
    int second = line.indexOf(' ', first + 1);
    String effect = second < 0 ? line.substring(first + 1) : line.substring(first + 1, second);
    String rest = second < 0 ? "" : line.substring(second + 1);
    int bar = rest.indexOf(" | ");
    return new FieldClass(
        line.substring(0, first),
        Effect.valueOf(effect),
        bar < 0 ? rest : rest.substring(0, bar),
        bar < 0 ? "" : rest.substring(bar + 3));
  }
}
