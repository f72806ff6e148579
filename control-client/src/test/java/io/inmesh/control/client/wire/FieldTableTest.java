package io.inmesh.control.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.inmesh.control.client.EnvoyDescriptors;
import io.inmesh.control.client.wire.FieldClass.Effect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table says of every message what the real Envoy descriptors say, and classifies what is
 * interpreted.
 */
class FieldTableTest {
  private final FieldTable table = FieldTable.load();

  @TestFactory
  List<DynamicTest> everyMessageHasExactlyTheFieldsOfEnvoy() {
    return table.names().stream()
        .filter(name -> table.find(name) != null && !name.startsWith("istio."))
        .sorted()
        .map(name -> DynamicTest.dynamicTest(name, () -> sameFields(name)))
        .toList();
  }

  private void sameFields(String name) {
    Descriptor real = EnvoyDescriptors.messages().get(name);
    assertThat(real).as("%s in Envoy's descriptors", name).isNotNull();
    assertThat(table.message(name).fields().stream().map(FieldTableTest::describe))
        .containsExactlyInAnyOrderElementsOf(
            real.getFields().stream().map(FieldTableTest::describe).toList());
    assertThat(table.message(name).fields())
        .allSatisfy(
            f ->
                assertThat(f.jsonName())
                    .isEqualTo(real.findFieldByNumber(f.number()).getJsonName()));
  }

  private static String describe(FieldSchema f) {
    String type = f.typeName().isEmpty() ? "" : " " + f.typeName();
    String kind = f.kind().name().toLowerCase(java.util.Locale.ROOT) + type;
    String map =
        f.mapKey() == null ? "" : f.mapKey().name().toLowerCase(java.util.Locale.ROOT) + "->";
    return f.number() + " " + f.name() + " " + map + kind + (f.repeated() ? "+ " : " ") + f.oneof();
  }

  private static String describe(FieldDescriptor f) {
    FieldDescriptor value = f.isMapField() ? f.getMessageType().findFieldByNumber(2) : f;
    String map =
        f.isMapField() ? lower(f.getMessageType().findFieldByNumber(1).getType()) + "->" : "";
    String type =
        switch (value.getJavaType()) {
          case MESSAGE -> " " + value.getMessageType().getFullName();
          case ENUM -> " " + value.getEnumType().getFullName();
          default -> "";
        };
    String oneof = f.getRealContainingOneof() == null ? "" : f.getContainingOneof().getName();
    return f.getNumber()
        + " "
        + f.getName()
        + " "
        + map
        + lower(value.getType())
        + type
        + (f.isRepeated() ? "+ " : " ")
        + oneof;
  }

  private static String lower(FieldDescriptor.Type type) {
    return type.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Test
  void everyEnumHasExactlyTheValuesOfEnvoy() {
    for (String name : table.names()) {
      if (table.find(name) == null) {
        EnumDescriptor real = EnvoyDescriptors.enums().get(name);
        EnumSchema ours = java.util.Objects.requireNonNull(table.enumeration(name));
        assertThat(real).as(name).isNotNull();
        assertThat(ours.values().keySet())
            .as(name)
            .isEqualTo(
                real.getValues().stream().map(v -> v.getNumber()).collect(Collectors.toSet()));
        ours.values()
            .forEach(
                (number, value) ->
                    assertThat(real.findValueByNumber(number).getName()).isEqualTo(value));
      }
    }
  }

  @Test
  void everyMessageThatAFieldHoldsIsListed() {
    for (String name : table.names()) {
      MessageSchema message = table.find(name);
      if (message != null) {
        for (FieldSchema field : message.fields()) {
          if (field.kind() == FieldSchema.Kind.MESSAGE) {
            assertThat(table.find(field.typeName())).as("%s.%s", name, field.name()).isNotNull();
          } else if (field.kind() == FieldSchema.Kind.ENUM) {
            assertThat(table.enumeration(field.typeName())).as(field.typeName()).isNotNull();
          }
        }
      }
    }
  }

  @Test
  void everyFieldThatIsReachedThroughSupportedFieldsIsClassified() {
    Set<String> unclassified = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>();
    for (String name : table.anyNames()) {
      FieldClass held = table.anyClass(name);
      if (held != null && held.effect() == Effect.SUPPORTED && table.find(name) != null) {
        open.add(name);
      }
    }
    Set<String> seen = new TreeSet<>(open);
    while (!open.isEmpty()) {
      String name = open.remove();
      for (FieldSchema field : table.message(name).fields()) {
        if (field.fieldClass() == null) {
          unclassified.add(name + "." + field.name());
        } else if (field.fieldClass().effect() == Effect.SUPPORTED
            && field.kind() == FieldSchema.Kind.MESSAGE
            && seen.add(field.typeName())) {
          open.add(field.typeName());
        }
      }
    }
    assertThat(unclassified).isEmpty();
  }
}
