package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.HeaderMutations.Add;
import io.inmesh.engine.route.HeaderMutations.AppendAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a level adds to and removes from headers. */
final class Mutations {
  private Mutations() {}

  static HeaderMutations request(WireMessage level) {
    return of(level, "request_headers_to_add", "request_headers_to_remove");
  }

  static HeaderMutations response(WireMessage level) {
    return of(level, "response_headers_to_add", "response_headers_to_remove");
  }

  private static HeaderMutations of(WireMessage level, String addField, String removeField) {
    List<WireMessage> options = level.messages(addField);
    List<String> removes = level.strings(removeField);
    if (options.isEmpty() && removes.isEmpty()) {
      return HeaderMutations.NONE;
    }
    return new HeaderMutations(list(options), removes);
  }

  /** Headers that something adds. */
  static HeaderMutations adds(List<WireMessage> options) {
    return options.isEmpty() ? HeaderMutations.NONE : new HeaderMutations(list(options), List.of());
  }

  private static List<Add> list(List<WireMessage> options) {
    List<Add> adds = new ArrayList<>(options.size());
    for (WireMessage option : options) {
      WireMessage header = Matchers.required(option.message("header"), "HeaderValueOption.header");
      String value = header.string("value");
      if (header.has("raw_value")) {
        value = new String(header.bytes("raw_value"), StandardCharsets.ISO_8859_1);
      }
      adds.add(
          new Add(
              header.string("key"),
              HeaderFormat.parse(value),
              action(option),
              option.bool("keep_empty_value")));
    }
    return adds;
  }

  private static AppendAction action(WireMessage option) {
    boolean named = option.number("append_action") != 0;
    if (option.has("append")) {
      if (named) {
        throw new IllegalArgumentException(
            "Both append and append_action are set and it's not allowed");
      }
      return option.wrappedBool("append", true)
          ? AppendAction.APPEND_IF_EXISTS_OR_ADD
          : AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    return switch (option.enumName("append_action")) {
      case "ADD_IF_ABSENT" -> AppendAction.ADD_IF_ABSENT;
      case "OVERWRITE_IF_EXISTS_OR_ADD" -> AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
      case "OVERWRITE_IF_EXISTS" -> AppendAction.OVERWRITE_IF_EXISTS;
      default -> AppendAction.APPEND_IF_EXISTS_OR_ADD;
    };
  }
}
