package io.inmesh.control.client;

import io.inmesh.control.client.wire.FieldClass.Effect;

/**
 * One line of {@code /unsupported}: something that a resource in force sets and the agent does not
 * do.
 *
 * @param type the discovery service: {@code RDS}
 * @param resource the name of the resource
 * @param field where it stands in the resource
 * @param detail the value or type met there, or empty
 * @param effect what it means: {@link Effect#DEGRADES} or {@link Effect#REFUSES}
 * @param reason what is not done
 * @param until what will support it
 */
public record UnsupportedEntry(
    String type,
    String resource,
    String field,
    String detail,
    Effect effect,
    String reason,
    String until) {
  @Override
  public String toString() {
    return type
        + " "
        + resource
        + ": "
        + field
        + (detail.isEmpty() ? "" : " (" + detail + ")")
        + " "
        + effect
        + ": "
        + reason
        + "; will be supported by: "
        + until;
  }
}
