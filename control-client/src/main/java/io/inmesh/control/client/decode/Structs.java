package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.MetadataMatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads google.protobuf.Struct. */
final class Structs {
  /** The metadata that load balancing looks at. */
  static final String LB = "envoy.lb";

  private Structs() {}

  /** The text under a key, empty where there is none. */
  static String text(WireMessage struct, String key) {
    WireMessage value = struct.map("fields").get(key);
    return value == null ? "" : value.string("string_value");
  }

  /** All texts of a struct by key, one copy for equal structs. */
  @SuppressWarnings("unchecked")
  static Map<String, String> texts(WireMessage struct, Interner interner) {
    String content = "texts " + new String(struct.toBytes(), StandardCharsets.ISO_8859_1);
    Object known = interner.find(content);
    if (known != null) {
      return (Map<String, String>) known;
    }
    Map<String, String> out = new HashMap<>();
    for (Map.Entry<String, WireMessage> field : struct.map("fields").entrySet()) {
      out.put(interner.of(field.getKey()), interner.of(field.getValue().string("string_value")));
    }
    return interner.keep(content, Map.copyOf(out));
  }

  /** The criteria that the {@code metadata_match} of a message sets for hosts, or null. */
  static @Nullable MetadataMatch lbMetadataMatch(WireMessage owner) {
    WireMessage lb = owner.messageOrEmpty("metadata_match").map("filter_metadata").get(LB);
    return lb == null ? null : MetadataMatch.of(values(lb));
  }

  /** All values of a struct, as {@link MetadataMatch} has them. */
  static Map<String, Object> values(WireMessage struct) {
    Map<String, Object> out = new HashMap<>();
    struct.map("fields").forEach((key, value) -> out.put(key, value(value)));
    return Map.copyOf(out);
  }

  private static Object value(WireMessage value) {
    return switch (value.which("kind")) {
      case "number_value" -> value.real("number_value");
      case "string_value" -> value.string("string_value");
      case "bool_value" -> value.bool("bool_value");
      case "struct_value" -> values(value.messageOrEmpty("struct_value"));
      case "list_value" ->
          value.messageOrEmpty("list_value").messages("values").stream()
              .map(Structs::value)
              .toList();
      default -> MetadataMatch.NullValue.NULL_VALUE;
    };
  }

  /** The structs of a list under a key. */
  static List<WireMessage> structs(WireMessage struct, String key) {
    List<WireMessage> out = new ArrayList<>();
    WireMessage list = struct.map("fields").get(key);
    if (list != null) {
      for (WireMessage value : list.messageOrEmpty("list_value").messages("values")) {
        out.add(value.messageOrEmpty("struct_value"));
      }
    }
    return out;
  }
}
