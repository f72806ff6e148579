package io.inmesh.control.client.wire;

import org.jspecify.annotations.Nullable;

/**
 * One field of a message, as a line of the table says it.
 *
 * @param number the field number on the wire
 * @param name the proto name, in snake case
 * @param fieldClass what the agent does with it; null: as the field that holds the message
 * @param kind how the value is written
 * @param typeName the full name of the message or enum; empty for scalars
 * @param repeated whether there may be several; true for maps
 * @param mapKey the kind of the key of a map; null where this is no map
 * @param oneof the oneof it belongs to; empty where none
 * @param unlimited a value of at least this means no limit and counts as not set; 0 where that does
 *     not apply
 * @param redact whether the value is a secret
 */
public record FieldSchema(
    int number,
    String name,
    @Nullable FieldClass fieldClass,
    Kind kind,
    String typeName,
    boolean repeated,
    @Nullable Kind mapKey,
    String oneof,
    long unlimited,
    boolean redact) {

  /** How a value is written on the wire. */
  public enum Kind {
    DOUBLE(1),
    FLOAT(5),
    INT32(0),
    INT64(0),
    UINT32(0),
    UINT64(0),
    SINT32(0),
    SINT64(0),
    FIXED32(5),
    FIXED64(1),
    SFIXED32(5),
    SFIXED64(1),
    BOOL(0),
    ENUM(0),
    STRING(2),
    BYTES(2),
    MESSAGE(2);

    /** 0 varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes. */
    final int wireType;

    Kind(int wireType) {
      this.wireType = wireType;
    }

    static Kind parse(String text) {
      for (Kind kind : values()) {
        if (kind.name().equalsIgnoreCase(text)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("unknown kind " + text);
    }
  }

  /** Whether a value written with {@code wireType} can be this field, packed lists included. */
  boolean accepts(int wireType) {
    return mapKey != null
        ? wireType == Kind.MESSAGE.wireType
        : wireType == kind.wireType || (repeated && wireType == Kind.MESSAGE.wireType);
  }

  /** The lowerCamelCase name of proto3 JSON. */
  public String jsonName() {
    StringBuilder out = new StringBuilder(name.length());
    boolean up = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        up = true;
      } else {
        out.append(up && c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        up = false;
      }
    }
    return out.toString();
  }

  /** Reads a line of a message block; {@code owner} is for the error text. */
  static FieldSchema parse(String line, String owner, FieldTable table) {
    String[] words = line.split(" ", -1);
    try {
      String code = words[2];
      String kind = words[3];
      Kind mapKey = null;
      int next = 4;
      if (kind.startsWith("map<")) {
        mapKey = Kind.parse(kind.substring(4, kind.length() - 1));
        kind = words[next++];
      }
      boolean repeated = mapKey != null || kind.endsWith("+");
      Kind value = Kind.parse(kind.endsWith("+") ? kind.substring(0, kind.length() - 1) : kind);
      String typeName = value == Kind.MESSAGE || value == Kind.ENUM ? words[next++] : "";
      String oneof = "";
      long unlimited = 0;
      boolean redact = false;
      for (; next < words.length; next++) {
        String word = words[next];
        if (word.startsWith("oneof=")) {
          oneof = word.substring(6);
        } else if (word.startsWith("unlimited=")) {
          unlimited = Long.parseLong(word.substring(10));
        } else if (word.equals("redact")) {
          redact = true;
        } else {
          throw new IllegalArgumentException("unknown word " + word);
        }
      }
      return new FieldSchema(
          Integer.parseInt(words[0]),
          words[1].intern(),
          code.equals("inherit") ? null : table.fieldClass(code),
          value,
          typeName,
          repeated,
          mapKey,
          oneof,
          unlimited,
          redact);
    } catch (RuntimeException e) {
      throw new IllegalStateException(FieldTable.RESOURCE + ": " + owner + ": " + line, e);
    }
  }
}
