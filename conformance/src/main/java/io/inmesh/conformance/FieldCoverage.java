package io.inmesh.conformance;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.inmesh.control.client.wire.FieldClass;
import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.FieldSchema;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.MessageSchema;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which supported fields no vector sets. */
final class FieldCoverage {
  private final FieldTable table;
  private final EnvoyTypes types;
  private final Set<String> set = new TreeSet<>();

  FieldCoverage(FieldTable table, EnvoyTypes types) {
    this.table = table;
    this.types = types;
  }

  /** Notes what the cases of a file set. */
  void add(VectorFile file) {
    for (VectorCase vector : file.cases()) {
      if (vector.rejected().isEmpty()) {
        Resources resources =
            Resources.of(types, vector.toString(), vector.resources(), i -> 20_000 + i);
        walk(resources.listener());
        resources.clusters().forEach(this::walk);
      }
    }
  }

  private void walk(Message message) {
    Message content = types.unpacked(message);
    content
        .getAllFields()
        .forEach(
            (field, value) -> {
              set.add(content.getDescriptorForType().getFullName() + "." + field.getName());
              if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> values = value instanceof List<?> list ? list : List.of(value);
                values.forEach(each -> walk((Message) each));
              }
            });
  }

  /** Supported fields of messages that some vector uses, that none of them sets. */
  Set<String> missing() {
    Set<String> messages = new TreeSet<>();
    for (String field : set) {
      messages.add(field.substring(0, field.lastIndexOf('.')));
    }
    Set<String> missing = new TreeSet<>();
    for (String name : messages) {
      MessageSchema message = table.find(name);
      if (message != null) {
        for (FieldSchema field : message.fields()) {
          FieldClass fieldClass = field.fieldClass();
          boolean supported = fieldClass == null || fieldClass.effect() == Effect.SUPPORTED;
          if (supported && !set.contains(name + "." + field.name())) {
            missing.add(name + "." + field.name());
          }
        }
      }
    }
    return missing;
  }
}
