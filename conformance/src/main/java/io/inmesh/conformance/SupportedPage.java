package io.inmesh.conformance;

import io.inmesh.control.client.wire.FieldClass;
import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.FieldSchema;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.MessageSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The supported-field table and the list of headers that differ, for people: {@code
 * docs/supported.md}.
 */
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

  private static final String DIFFERENCES =
      """

      ## Headers that differ from those of sidecars

      Of the same request, the apps at both ends see the same headers with an Envoy sidecar each, with an agent each and with one of
      either, but for these. `mvn verify -pl integration-tests -am -Doracle` compares them, and fails where one of the list is the same.

      | header | differs | why |
      |---|---|---|
      """;

  private final FieldTable table;
  private final List<HeaderDifference> differences;

  SupportedPage(FieldTable table, List<HeaderDifference> differences) {
    this.table = table;
    this.differences = differences;
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
    page.append(DIFFERENCES);
    for (HeaderDifference difference : differences) {
      page.append("| ")
          .append(difference.header())
          .append(" | ")
          .append(difference.what().name().toLowerCase(Locale.ROOT))
          .append(" | ")
          .append(difference.reason())
          .append(" |\n");
    }
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
