package io.inmesh.control.client.wire;

import io.inmesh.control.client.wire.FieldSchema.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proto3 JSON form of messages: lowerCamelCase names, 64-bit numbers as text, well-known types
 * in their own forms, secrets replaced. Unknown fields have no JSON form and are left out; an Any
 * of a type outside the table shows its bytes.
 */
public final class ProtoJson {
  /** {@code [redacted]}, as Envoy writes it; bytes are Base64. */
  private static final String REDACTED =
      Base64.getEncoder().encodeToString("[redacted]".getBytes(StandardCharsets.UTF_8));

  /** What stands where a secret data source was. */
  public static final String REDACTED_SOURCE = "{\"inlineBytes\":\"" + REDACTED + "\"}";

  private final StringBuilder out;

  public ProtoJson(StringBuilder out) {
    this.out = out;
  }

  /** Appends {@code text} as a JSON string. */
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Appends {@code message} as one JSON value. */
  public void write(WireMessage message) {
    write(message, 0, "");
  }

  /** Appends {@code message} as the object that an Any of it would be, its type first. */
  public void writeAsAny(WireMessage message) {
    write(message, 0, message.schema().name());
  }

  private void write(WireMessage message, int depth, String type) {
    if (depth > FieldWalk.MAX_DEPTH) {
      throw new WireFormatException(message.schema().name() + ": nested too deeply");
    }
    switch (message.schema().name()) {
      case "google.protobuf.Any" -> any(message, depth);
      case "google.protobuf.Duration" -> duration(message);
      case "google.protobuf.Struct" -> struct(message, depth);
      case "google.protobuf.Value" -> value(message, depth);
      case "google.protobuf.ListValue" -> list(message, depth);
      case "google.protobuf.BoolValue",
          "google.protobuf.DoubleValue",
          "google.protobuf.UInt32Value",
          "google.protobuf.UInt64Value" ->
          wrapper(message);
      default -> object(message, depth, type);
    }
  }

  private void object(WireMessage message, int depth, String type) {
    out.append('{');
    boolean first = true;
    if (!type.isEmpty()) {
      out.append("\"@type\":");
      quote(out, "type.googleapis.com/" + type);
      first = false;
    }
    // Occurrences of one field are gathered, in the order in which fields are first met.
    Map<FieldSchema, Integer> fields = new LinkedHashMap<>();
    for (int span = 0; span < message.spanCount(); span++) {
      FieldSchema field = message.fieldOf(span);
      if (field != null) {
        fields.merge(field, span, field.repeated() ? (a, b) -> a : (a, b) -> b);
      }
    }
    for (Map.Entry<FieldSchema, Integer> entry : fields.entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      FieldSchema field = entry.getKey();
      quote(out, field.jsonName());
      out.append(':');
      if (field.redact()) {
        redacted(field);
      } else if (field.mapKey() != null) {
        map(message, field, depth);
      } else if (field.repeated()) {
        repeated(message, field, entry.getValue(), depth);
      } else if (field.kind() == Kind.MESSAGE) {
        single(message, field, depth);
      } else {
        scalar(message, field, entry.getValue());
      }
    }
    out.append('}');
  }

  private void redacted(FieldSchema field) {
    String one = field.kind() == Kind.MESSAGE ? REDACTED_SOURCE : "\"" + REDACTED + "\"";
    out.append(field.repeated() ? "[" + one + "]" : one);
  }

  private void single(WireMessage message, FieldSchema field, int depth) {
    WireMessage child =
        message.schema().target(field) == null ? null : message.message(field.name());
    if (child == null) {
      out.append("{}");
    } else {
      write(child, depth + 1, "");
    }
  }

  private void repeated(WireMessage message, FieldSchema field, int firstSpan, int depth) {
    out.append('[');
    int from = out.length();
    for (int span = firstSpan; span < message.spanCount(); span++) {
      FieldSchema here = message.fieldOf(span);
      if (here == null || here.number() != field.number()) {
        continue;
      }
      if (field.kind() == Kind.MESSAGE) {
        comma(from);
        if (message.schema().target(field) == null) {
          out.append("{}");
        } else {
          write(message.childOf(span, field), depth + 1, "");
        }
      } else if (field.kind() == Kind.STRING || field.kind() == Kind.BYTES) {
        comma(from);
        scalar(message, field, span);
      } else {
        for (long number : message.numbersOf(span, field)) {
          comma(from);
          number(message, field, number);
        }
      }
    }
    out.append(']');
  }

  private void map(WireMessage message, FieldSchema field, int depth) {
    out.append('{');
    int from = out.length();
    for (int span = 0; span < message.spanCount(); span++) {
      FieldSchema here = message.fieldOf(span);
      if (here == null || here.number() != field.number()) {
        continue;
      }
      WireMessage entry = message.childOf(span, field);
      comma(from);
      FieldSchema key = entry.schema().field("key");
      quote(
          out,
          key.kind() == Kind.STRING ? entry.string("key") : Long.toString(entry.number("key")));
      out.append(':');
      FieldSchema value = entry.schema().field("value");
      if (value.kind() == Kind.MESSAGE) {
        single(entry, value, depth + 1);
      } else if (value.kind() == Kind.STRING) {
        quote(out, entry.string("value"));
      } else {
        number(entry, value, entry.number("value"));
      }
    }
    out.append('}');
  }

  private void scalar(WireMessage message, FieldSchema field, int span) {
    if (field.kind() == Kind.STRING) {
      quote(out, message.textOf(span));
    } else if (field.kind() == Kind.BYTES) {
      quote(out, Base64.getEncoder().encodeToString(message.bytesOf(span)));
    } else {
      List<Long> numbers = message.numbersOf(span, field);
      number(message, field, numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1));
    }
  }

  private void number(WireMessage message, FieldSchema field, long value) {
    switch (field.kind()) {
      case BOOL -> out.append(value != 0);
      case ENUM -> {
        String name = message.enumName(field, (int) value);
        if (Character.isLetter(name.charAt(0))) {
          quote(out, name);
        } else {
          out.append(name);
        }
      }
      case INT64, SINT64, SFIXED64 -> out.append('"').append(value).append('"');
      case UINT64, FIXED64 -> out.append('"').append(Long.toUnsignedString(value)).append('"');
      case DOUBLE -> real(Double.longBitsToDouble(value));
      case FLOAT -> real(Float.intBitsToFloat((int) value));
      default -> out.append(value);
    }
  }

  private void real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      quote(out, Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
  }

  private void any(WireMessage any, int depth) {
    WireMessage content = any.anyContent();
    if (content == null) {
      out.append("{\"@type\":");
      quote(out, any.string("type_url"));
      out.append(",\"value\":");
      quote(out, Base64.getEncoder().encodeToString(any.bytes("value")));
      out.append('}');
      return;
    }
    if (hasOwnForm(content.schema().name())) {
      out.append("{\"@type\":");
      quote(out, any.string("type_url"));
      out.append(",\"value\":");
      write(content, depth + 1, "");
      out.append('}');
    } else {
      write(content, depth + 1, content.schema().name());
    }
  }

  private static boolean hasOwnForm(String name) {
    return name.startsWith("google.protobuf.") && !name.equals("google.protobuf.Empty");
  }

  private void duration(WireMessage duration) {
    long seconds = duration.number("seconds");
    long nanos = (int) duration.number("nanos");
    StringBuilder text = new StringBuilder();
    text.append(seconds < 0 || nanos < 0 ? "-" : "").append(Math.abs(seconds));
    if (nanos != 0) {
      String digits = Long.toString(1_000_000_000L + Math.abs(nanos)).substring(1);
      int length = digits.endsWith("000000") ? 3 : digits.endsWith("000") ? 6 : 9;
      text.append('.').append(digits, 0, length);
    }
    quote(out, text.append('s').toString());
  }

  private void wrapper(WireMessage message) {
    FieldSchema field = message.schema().field("value");
    number(
        message,
        field,
        field.kind() == Kind.DOUBLE
            ? Double.doubleToRawLongBits(message.real("value"))
            : message.number("value"));
  }

  private void struct(WireMessage struct, int depth) {
    map(struct, struct.schema().field("fields"), depth);
  }

  private void list(WireMessage list, int depth) {
    out.append('[');
    int from = out.length();
    for (WireMessage value : list.messages("values")) {
      comma(from);
      write(value, depth + 1, "");
    }
    out.append(']');
  }

  private void value(WireMessage value, int depth) {
    switch (value.which("kind")) {
      case "number_value" -> real(value.real("number_value"));
      case "string_value" -> quote(out, value.string("string_value"));
      case "bool_value" -> out.append(value.bool("bool_value"));
      case "struct_value" -> nested(value.message("struct_value"), depth);
      case "list_value" -> nested(value.message("list_value"), depth);
      default -> out.append("null");
    }
  }

  private void nested(@Nullable WireMessage message, int depth) {
    if (message != null) {
      write(message, depth + 1, "");
    }
  }

  private void comma(int from) {
    if (out.length() > from) {
      out.append(',');
    }
  }
}
