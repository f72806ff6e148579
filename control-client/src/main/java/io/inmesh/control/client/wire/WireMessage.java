package io.inmesh.control.client.wire;

import io.inmesh.control.client.wire.FieldSchema.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One protocol buffer message, read in place: it keeps the caller's bytes and where each field
 * starts; a field is decoded when asked for. Unknown fields are kept. Names are those of the table;
 * reading a field that the message type does not have is a mistake of the caller ({@link
 * IllegalArgumentException}), bytes that are no message are {@link WireFormatException}.
 */
public final class WireMessage {
  private static final byte[] NONE = new byte[0];

  private final MessageSchema schema;
  private final byte[] data;
  private final WireReader reader;
  private final int from;
  private final int to;
  // Triples: tag, start and end of the value.
  private int[] spans = new int[24];
  private int used;

  private WireMessage(MessageSchema schema, byte[] data, int from, int to) {
    this.schema = schema;
    this.data = data;
    this.from = from;
    this.to = to;
    reader = new WireReader(schema.name(), data);
    int at = from;
    while (at < to) {
      int tag = reader.tag(at, to);
      at = reader.skip(tag, reader.next(), to);
      add(tag, reader.valueStart(), at);
    }
  }

  /** Reads {@code data} as a message of this type. The array must not change afterwards. */
  public static WireMessage parse(MessageSchema schema, byte[] data) {
    return new WireMessage(schema, data, 0, data.length);
  }

  /** Reads a part of {@code data}, {@code to} not included. */
  public static WireMessage parse(MessageSchema schema, byte[] data, int from, int to) {
    return new WireMessage(schema, data, from, to);
  }

  /** The message type. */
  public MessageSchema schema() {
    return schema;
  }

  /** The bytes of this message, copied. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(data, from, to);
  }

  // ---- fields by name ----

  /** Whether the field is on the wire, with whatever value. */
  public boolean has(String name) {
    return last(schema.field(name)) >= 0;
  }

  /** A string; empty where it is not set. */
  public String string(String name) {
    int at = last(expect(name, Kind.STRING));
    return at < 0 ? "" : reader.text(spans[at + 1], spans[at + 2]);
  }

  public byte[] bytes(String name) {
    int at = last(expect(name, Kind.BYTES));
    return at < 0 ? NONE : Arrays.copyOfRange(data, spans[at + 1], spans[at + 2]);
  }

  public boolean bool(String name) {
    return scalar(expect(name, Kind.BOOL)) != 0;
  }

  /** An integer of any kind as 64 bits; unsigned 32-bit ones are not negative. */
  public long number(String name) {
    return scalar(schema.field(name));
  }

  /** A double or float. */
  public double real(String name) {
    FieldSchema field = schema.field(name);
    long bits = scalar(field);
    return field.kind() == Kind.FLOAT
        ? Float.intBitsToFloat((int) bits)
        : Double.longBitsToDouble(bits);
  }

  /** The name of an enum value; the number as text where the table does not know it. */
  public String enumName(String name) {
    FieldSchema field = expect(name, Kind.ENUM);
    return enumName(field, (int) scalar(field));
  }

  String enumName(FieldSchema field, int number) {
    EnumSchema known = schema.table().enumeration(field.typeName());
    String value = known == null ? null : known.valueName(number);
    return value == null ? Integer.toString(number) : value;
  }

  /** A message, null where it is not set; several occurrences are merged as the format demands. */
  public @Nullable WireMessage message(String name) {
    FieldSchema field = expect(name, Kind.MESSAGE);
    int last = last(field);
    if (last < 0) {
      return null;
    }
    int first = firstFrom(field, 0);
    if (first == last) {
      return child(field, spans[last + 1], spans[last + 2]);
    }
    byte[] merged = NONE;
    for (int at = first; at >= 0; at = firstFrom(field, at + 3)) {
      int length = spans[at + 2] - spans[at + 1];
      merged = Arrays.copyOf(merged, merged.length + length);
      System.arraycopy(data, spans[at + 1], merged, merged.length - length, length);
    }
    return parse(target(field), merged);
  }

  /** A message, an empty one where it is not set. */
  public WireMessage messageOrEmpty(String name) {
    WireMessage found = message(name);
    return found == null ? parse(target(schema.field(name)), NONE) : found;
  }

  /** All messages of a repeated field, in order. */
  public List<WireMessage> messages(String name) {
    FieldSchema field = expect(name, Kind.MESSAGE);
    List<WireMessage> found = new ArrayList<>();
    for (int at = firstFrom(field, 0); at >= 0; at = firstFrom(field, at + 3)) {
      found.add(child(field, spans[at + 1], spans[at + 2]));
    }
    return found;
  }

  /** All strings of a repeated field, in order. */
  public List<String> strings(String name) {
    FieldSchema field = expect(name, Kind.STRING);
    List<String> found = new ArrayList<>();
    for (int at = firstFrom(field, 0); at >= 0; at = firstFrom(field, at + 3)) {
      found.add(reader.text(spans[at + 1], spans[at + 2]));
    }
    return found;
  }

  /** All numbers of a repeated field, packed or not, in order. */
  public List<Long> numbers(String name) {
    List<Long> found = new ArrayList<>();
    FieldSchema field = schema.field(name);
    for (int at = firstFrom(field, 0); at >= 0; at = firstFrom(field, at + 3)) {
      numbers(field, at, found);
    }
    return found;
  }

  void numbers(FieldSchema field, int span, List<Long> into) {
    boolean packed = (spans[span] & 7) == 2;
    if (!packed) {
      into.add(value(field, spans[span + 1]));
      return;
    }
    int end = spans[span + 2];
    int at = spans[span + 1];
    while (at < end) {
      int after = reader.skip(field.kind().wireType, at, end);
      into.add(value(field, at));
      at = after;
    }
  }

  /**
   * The messages of a map by key, in the order of the wire; of a key that comes twice the last
   * counts.
   */
  public Map<String, WireMessage> map(String name) {
    Map<String, WireMessage> found = new LinkedHashMap<>();
    for (WireMessage entry : entries(name)) {
      WireMessage value = entry.message("value");
      FieldSchema field = entry.schema.field("value");
      found.put(entry.string("key"), value == null ? parse(entry.target(field), NONE) : value);
    }
    return found;
  }

  private List<WireMessage> entries(String name) {
    FieldSchema field = schema.field(name);
    if (field.mapKey() == null) {
      throw new IllegalArgumentException(schema.name() + "." + name + " is no map");
    }
    List<WireMessage> found = new ArrayList<>();
    for (int at = firstFrom(field, 0); at >= 0; at = firstFrom(field, at + 3)) {
      found.add(child(field, spans[at + 1], spans[at + 2]));
    }
    return found;
  }

  /** The name of the field of this oneof that is set last, empty where none is. */
  public String which(String oneof) {
    for (int at = used - 3; at >= 0; at -= 3) {
      FieldSchema field = known(at);
      if (field != null && field.oneof().equals(oneof)) {
        return field.name();
      }
    }
    return "";
  }

  // ---- well-known types ----

  /** A BoolValue, or {@code fallback} where it is not set. */
  public boolean wrappedBool(String name, boolean fallback) {
    WireMessage wrapper = message(name);
    return wrapper == null ? fallback : wrapper.bool("value");
  }

  /** A UInt32Value or UInt64Value, or {@code fallback} where it is not set. */
  public long wrappedNumber(String name, long fallback) {
    WireMessage wrapper = message(name);
    return wrapper == null ? fallback : wrapper.number("value");
  }

  /**
   * A Duration in nanoseconds, or {@code fallback} where it is not set; more than 292 years become
   * the highest value.
   */
  public long nanos(String name, long fallback) {
    WireMessage duration = message(name);
    if (duration == null) {
      return fallback;
    }
    long seconds = duration.number("seconds");
    long rest = (int) duration.number("nanos");
    long highest = Long.MAX_VALUE / 1_000_000_000L - 1;
    if (seconds > highest || seconds < -highest) {
      return seconds > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return seconds * 1_000_000_000L + rest;
  }

  /** The type of the content of this Any, without the part up to the last slash. */
  public String anyType() {
    String url = string("type_url");
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /** The content of this Any, null where the table lists no such message. */
  public @Nullable WireMessage anyContent() {
    MessageSchema content = schema.table().find(anyType());
    if (content == null) {
      return null;
    }
    int at = last(schema.field("value"));
    return at < 0 ? parse(content, NONE) : parse(content, data, spans[at + 1], spans[at + 2]);
  }

  // ---- spans, for the walk and the JSON form ----

  int spanCount() {
    return used / 3;
  }

  int number(int span) {
    return spans[span * 3] >>> 3;
  }

  /** The field of a span, null where number or wire type are not in the table. */
  @Nullable FieldSchema fieldOf(int span) {
    return known(span * 3);
  }

  WireMessage childOf(int span, FieldSchema field) {
    return child(field, spans[span * 3 + 1], spans[span * 3 + 2]);
  }

  byte[] bytesOf(int span) {
    return Arrays.copyOfRange(data, spans[span * 3 + 1], spans[span * 3 + 2]);
  }

  String textOf(int span) {
    return reader.text(spans[span * 3 + 1], spans[span * 3 + 2]);
  }

  List<Long> numbersOf(int span, FieldSchema field) {
    List<Long> found = new ArrayList<>(1);
    numbers(field, span * 3, found);
    return found;
  }

  // ---- reading ----

  private FieldSchema expect(String name, Kind kind) {
    FieldSchema field = schema.field(name);
    if (field.kind() != kind) {
      throw new IllegalArgumentException(schema.name() + "." + name + " is no " + kind);
    }
    return field;
  }

  private MessageSchema target(FieldSchema field) {
    MessageSchema target = schema.target(field);
    if (target == null) {
      throw new IllegalArgumentException(
          schema.name() + "." + field.name() + " has no message in the table");
    }
    return target;
  }

  private WireMessage child(FieldSchema field, int start, int end) {
    return new WireMessage(target(field), data, start, end);
  }

  private @Nullable FieldSchema known(int at) {
    FieldSchema field = schema.field(spans[at] >>> 3);
    return field != null && field.accepts(spans[at] & 7) ? field : null;
  }

  private int last(FieldSchema field) {
    for (int at = used - 3; at >= 0; at -= 3) {
      if (spans[at] >>> 3 == field.number() && field.accepts(spans[at] & 7)) {
        return at;
      }
    }
    return -1;
  }

  private int firstFrom(FieldSchema field, int from) {
    for (int at = from; at < used; at += 3) {
      if (spans[at] >>> 3 == field.number() && field.accepts(spans[at] & 7)) {
        return at;
      }
    }
    return -1;
  }

  private long scalar(FieldSchema field) {
    int at = last(field);
    return at < 0 ? 0 : value(field, spans[at + 1]);
  }

  private long value(FieldSchema field, int start) {
    Kind kind = field.kind();
    if (kind == Kind.STRING || kind == Kind.BYTES || kind == Kind.MESSAGE) {
      throw new IllegalArgumentException(schema.name() + "." + field.name() + " is no number");
    }
    return reader.number(kind, start, to);
  }

  private void add(int tag, int start, int end) {
    if (used == spans.length) {
      spans = Arrays.copyOf(spans, used * 2);
    }
    spans[used++] = tag;
    spans[used++] = start;
    spans[used++] = end;
  }
}
