package io.inmesh.control.client.wire;

import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.FieldSchema.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Visits every field that a resource sets, at every depth, and reports those that are not simply
 * supported. Unknown field numbers, enum values and types are reported wherever they stand, also
 * inside something that is ignored as a whole.
 */
public final class FieldWalk {
  /** As deep as protocol buffer readers go by default. */
  static final int MAX_DEPTH = 100;

  private static final int[] NOTHING = {};

  private final List<Finding> findings = new ArrayList<>();
  private final StringBuilder path = new StringBuilder();

  // No recursion: the JIT unrolls it, and would compile half a second of an app's start.
  private final ArrayDeque<Place> open = new ArrayDeque<>();

  /** A message on the way from the resource to where the walk is. */
  private static final class Place {
    final WireMessage message;
    final @Nullable FieldClass context;
    final int pathLength;
    int span;
    int[] seen = NOTHING;

    Place(WireMessage message, @Nullable FieldClass context, int pathLength) {
      this.message = message;
      this.context = context;
      this.pathLength = pathLength;
    }
  }

  private FieldWalk() {}

  /**
   * What {@code message} sets and the agent does not simply do, in the order of the wire.
   *
   * @param path where the message stands, empty for a resource
   */
  public static List<Finding> over(WireMessage message, String path) {
    FieldWalk walk = new FieldWalk();
    walk.path.append(path);
    walk.enter(message, null);
    walk.walk();
    return walk.findings;
  }

  private void walk() {
    for (Place place = open.peek(); place != null; place = open.peek()) {
      path.setLength(place.pathLength);
      if (place.span < place.message.spanCount()) {
        visit(place, place.span++);
      } else {
        open.pop();
      }
    }
  }

  private void enter(WireMessage message, @Nullable FieldClass context) {
    if (open.size() > MAX_DEPTH) {
      throw new WireFormatException(
          message.schema().name() + ": nested more than " + MAX_DEPTH + " levels deep");
    }
    String type = message.schema().name();
    if (type.endsWith("type.v3.TypedStruct") || type.equals("udpa.type.v1.TypedStruct")) {
      typedStruct(message, context);
    }
    open.push(new Place(message, context, path.length()));
    if (type.equals("google.protobuf.Any")) {
      any(message, context);
    }
  }

  private void visit(Place place, int span) {
    WireMessage message = place.message;
    FieldSchema field = message.fieldOf(span);
    if (field == null) {
      append("#" + message.number(span));
      report("unknown field of " + message.schema().name(), message.schema().table().unknown());
      return;
    }
    append(field.name());
    if (field.repeated() && field.mapKey() == null) {
      place.seen = count(place.seen, field.number());
      path.append('[').append(place.seen[field.number()] - 1).append(']');
    }
    field(message, span, field, place.context);
  }

  private void field(
      WireMessage message, int span, FieldSchema field, @Nullable FieldClass context) {
    FieldClass effective = context;
    if (quiet(context)) {
      FieldClass own = field.fieldClass();
      boolean noLimit = field.unlimited() != 0 && isUnlimited(message, span, field);
      effective = noLimit ? null : own;
      if (own != null && own.effect() != Effect.SUPPORTED && !noLimit) {
        report("", own);
      }
    }
    if (field.kind() == Kind.MESSAGE || field.mapKey() != null) {
      if (message.schema().target(field) != null) {
        child(message.childOf(span, field), field, effective);
      }
    } else if (field.kind() == Kind.ENUM) {
      for (long number : message.numbersOf(span, field)) {
        enumValue(message, field, (int) number, effective);
      }
    }
  }

  private void child(WireMessage child, FieldSchema field, @Nullable FieldClass effective) {
    if (field.mapKey() == null) {
      enter(child, effective);
      return;
    }
    String key =
        field.mapKey() == Kind.STRING ? child.string("key") : Long.toString(child.number("key"));
    path.append("[\"").append(key).append("\"]");
    int entry = path.length();
    for (int span = 0; span < child.spanCount(); span++) {
      if (child.fieldOf(span) == null) {
        append("#" + child.number(span));
        report("unknown field of a map entry", child.schema().table().unknown());
        path.setLength(entry);
      }
    }
    WireMessage value = field.kind() == Kind.MESSAGE ? child.message("value") : null;
    if (value != null) {
      enter(value, effective);
    }
  }

  private void any(WireMessage any, @Nullable FieldClass context) {
    String type = any.anyType();
    FieldTable table = any.schema().table();
    FieldClass known = table.anyClass(type);
    if (known == null) {
      report("unknown type " + type, table.unknown());
      return;
    }
    FieldClass effective = context;
    if (known.effect() != Effect.SUPPORTED && quiet(context)) {
      report(type, known);
      effective = known;
    }
    WireMessage content = any.anyContent();
    if (content != null) {
      enter(content, effective);
    }
  }

  private void typedStruct(WireMessage struct, @Nullable FieldClass context) {
    String url = struct.string("type_url");
    String type = url.substring(url.lastIndexOf('/') + 1);
    FieldClass known = struct.schema().table().anyClass(type);
    if (known == null) {
      report("unknown type " + type, struct.schema().table().unknown());
    } else if (known.effect() != Effect.SUPPORTED && quiet(context)) {
      report(type, known);
    }
  }

  private void enumValue(
      WireMessage message, FieldSchema field, int number, @Nullable FieldClass context) {
    EnumSchema schema = message.schema().table().enumeration(field.typeName());
    FieldClass known = schema == null ? null : schema.valueClass(number);
    if (known == null) {
      report("unknown value " + number, message.schema().table().unknown());
    } else if (known.effect() != Effect.SUPPORTED && quiet(context)) {
      report(message.enumName(field, number), known);
    }
  }

  private static boolean isUnlimited(WireMessage message, int span, FieldSchema field) {
    return message.childOf(span, field).number("value") >= field.unlimited();
  }

  /** Whether nothing above has been reported already. */
  private static boolean quiet(@Nullable FieldClass context) {
    return context == null || context.effect() == Effect.SUPPORTED;
  }

  private static int[] count(int[] seen, int number) {
    int[] counts = number < seen.length ? seen : java.util.Arrays.copyOf(seen, number + 8);
    counts[number]++;
    return counts;
  }

  private void append(String name) {
    if (path.length() > 0) {
      path.append('.');
    }
    path.append(name);
  }

  private void report(String detail, FieldClass fieldClass) {
    findings.add(new Finding(path.toString(), detail, fieldClass));
  }
}
