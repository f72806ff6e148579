package io.inmesh.control.client.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message type. Immutable but for lazily resolved neighbours; used on one thread.
 */
public final class MessageSchema {
  private final FieldTable table;
  private final String name;
  private final List<FieldSchema> fields;
  private final Map<String, FieldSchema> byName;
  private final @Nullable FieldSchema[] byNumber;

  /** What the fields hold, by number, once it was asked for: each message of the wire asks. */
  private final @Nullable MessageSchema[] targets;

  MessageSchema(FieldTable table, String name, List<FieldSchema> fields) {
    this.table = table;
    this.name = name;
    this.fields = List.copyOf(fields);
    int highest = 0;
    for (FieldSchema field : fields) {
      highest = Math.max(highest, field.number());
    }
    this.byName = new HashMap<>(fields.size() * 2);
    this.byNumber = new @Nullable FieldSchema[highest + 1];
    this.targets = new @Nullable MessageSchema[highest + 1];
    for (FieldSchema field : fields) {
      if (byName.put(field.name(), field) != null || byNumber[field.number()] != null) {
        throw new IllegalStateException(
            FieldTable.RESOURCE + ": " + name + ": field " + field.name() + " twice");
      }
      byNumber[field.number()] = field;
    }
  }

  /** The schema of the entries of {@code map}. */
  static MessageSchema entryOf(FieldTable table, String owner, FieldSchema map) {
    FieldSchema.Kind key = java.util.Objects.requireNonNull(map.mapKey());
    List<FieldSchema> fields = new ArrayList<>(2);
    fields.add(new FieldSchema(1, "key", map.fieldClass(), key, "", false, null, "", 0, false));
    fields.add(
        new FieldSchema(
            2,
            "value",
            map.fieldClass(),
            map.kind(),
            map.typeName(),
            false,
            null,
            "",
            0,
            map.redact()));
    return new MessageSchema(table, owner + "." + map.name(), fields);
  }

  /** The full proto name. */
  public String name() {
    return name;
  }

  /** In the order of the table. */
  public List<FieldSchema> fields() {
    return fields;
  }

  FieldTable table() {
    return table;
  }

  /** The field with this number, null where the table knows none. */
  public @Nullable FieldSchema field(int number) {
    return number > 0 && number < byNumber.length ? byNumber[number] : null;
  }

  /** The field with this name; asking for one that does not exist is a mistake of the caller. */
  public FieldSchema field(String fieldName) {
    FieldSchema field = byName.get(fieldName);
    if (field == null) {
      throw new IllegalArgumentException(name + " has no field " + fieldName);
    }
    return field;
  }

  /**
   * The schema of what {@code field} holds: its message, or the entry of its map; null where the
   * table lists none.
   */
  @Nullable MessageSchema target(FieldSchema field) {
    MessageSchema known = targets[field.number()];
    if (known != null || (field.kind() != FieldSchema.Kind.MESSAGE && field.mapKey() == null)) {
      return known;
    }
    MessageSchema target = resolve(field);
    targets[field.number()] = target;
    return target;
  }

  private @Nullable MessageSchema resolve(FieldSchema field) {
    if (field.mapKey() != null) {
      return table.entryOf(this, field);
    }
    return table.find(field.typeName());
  }
}
