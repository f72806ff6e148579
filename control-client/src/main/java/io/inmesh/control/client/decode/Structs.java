package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads google.protobuf.Struct. */
final class Structs {
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
