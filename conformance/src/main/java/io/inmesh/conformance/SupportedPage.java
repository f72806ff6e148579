package io.inmesh.conformance;

import io.inmesh.control.client.wire.FieldClass;
import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.FieldSchema;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.MessageSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The supported-field table, for people: {@code docs/supported.md}. */
final class SupportedPage {
  private static final String HEAD =
      """
      # What of Envoy's configuration is supported

      Rendered from the table that the agent itself decides by; `mvn verify -pl conformance -am -Dsupported=write` writes it anew.

      *Supported* fields do what they do in Envoy. *Irrelevant* ones have no meaning inside a process. Where a field *degrades*, it is
      not done, destination and security are unchanged and the rest applies. Where it *refuses*, what it stands in answers an error
      instead of doing something else. All but the first two are listed under `/unsupported` and counted. Fields, enum values and
      types that are not listed here refuse.
      """;

  private final FieldTable table;

  SupportedPage(FieldTable table) {
    this.table = table;
  }

  String text() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append(
        "\n## Why a field is not simply supported\n\n| class | effect | why | until |\n|---|---|---|---|\n");
    TreeMap<String, FieldClass> classes = new TreeMap<>();
    for (String name : new TreeSet<>(table.names())) {
      MessageSchema message = table.find(name);
      if (message != null) {
        for (FieldSchema field : message.fields()) {
          FieldClass fieldClass = field.fieldClass();
          if (fieldClass != null && fieldClass.effect() != Effect.SUPPORTED) {
            classes.put(fieldClass.code(), fieldClass);
          }
        }
      }
    }
    classes.forEach(
        (code, fieldClass) ->
            page.append("| ")
                .append(code)
                .append(" | ")
                .append(word(fieldClass.effect()))
                .append(" | ")
                .append(fieldClass.reason())
                .append(" | ")
                .append(fieldClass.until())
                .append(" |\n"));
    page.append(
        "\n## Fields by message\n\n| message | supported | not simply supported |\n|---|---|---|\n");
    for (String name : new TreeSet<>(table.names())) {
      MessageSchema message = table.find(name);
      if (message != null) {
        row(page, message);
      }
    }
    return page.toString();
  }

  private static void row(StringBuilder page, MessageSchema message) {
    List<String> supported = new ArrayList<>();
    TreeMap<String, List<String>> other = new TreeMap<>();
    for (FieldSchema field : message.fields()) {
      FieldClass fieldClass = field.fieldClass();
      if (fieldClass == null || fieldClass.effect() == Effect.SUPPORTED) {
        supported.add(field.name());
      } else {
        String group = word(fieldClass.effect()) + ", " + fieldClass.code();
        other.computeIfAbsent(group, unused -> new ArrayList<>()).add(field.name());
      }
    }
    List<String> groups = new ArrayList<>();
    other.forEach((group, fields) -> groups.add("*" + group + "*: " + String.join(", ", fields)));
    page.append("| ")
        .append(message.name().replaceFirst("^envoy\\.", ""))
        .append(" | ")
        .append(String.join(", ", supported))
        .append(" | ")
        .append(String.join("; ", groups))
        .append(" |\n");
  }

  private static String word(Effect effect) {
    return switch (effect) {
      case SUPPORTED -> "supported";
      case IRRELEVANT -> "irrelevant";
      case DEGRADES -> "degrades";
      case REFUSES -> "refuses";
    };
  }
}
