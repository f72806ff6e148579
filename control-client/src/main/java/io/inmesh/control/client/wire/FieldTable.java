package io.inmesh.control.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The supported-field table, which is also the schema of the decoder: {@code envoy-fields.txt}.
 * Messages and enums are read when they are first asked for, so that a start pays only for what it
 * meets. Used on one thread.
 */
public final class FieldTable {
  static final String RESOURCE = "envoy-fields.txt";
  private static final String MESSAGE = "message ";
  private static final String ENUM = "enum ";

  private final String text;
  private final Map<String, Integer> blocks = new LinkedHashMap<>(1024);
  private final Map<String, FieldClass> classes = new HashMap<>();
  private final Map<String, FieldClass> any = new LinkedHashMap<>();
  private final Map<String, MessageSchema> messages = new HashMap<>();
  private final Map<String, EnumSchema> enums = new HashMap<>();

  private FieldTable(String text) {
    this.text = text;
    index();
  }

  /**
   * Reads the table that is part of this jar.
   *
   * @throws IllegalStateException where the jar lacks it
   */
  public static FieldTable load() {
    try (InputStream in = FieldTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the agent jar lacks " + RESOURCE + "; build it again");
      }
      return new FieldTable(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + RESOURCE + " of the agent jar", e);
    }
  }

  private void index() {
    int at = 0;
    // A block starts after an empty line; only those lines are looked at.
    while (at >= 0 && at < text.length()) {
      int end = text.indexOf('\n', at);
      if (text.startsWith(MESSAGE, at)) {
        blocks.put(text.substring(at + MESSAGE.length(), end), end + 1);
      } else if (text.startsWith(ENUM, at)) {
        blocks.put(text.substring(at + ENUM.length(), end), end + 1);
      } else if (text.startsWith("class ", at) || text.startsWith("any ", at)) {
        readHead(at);
      }
      at = text.indexOf("\n\n", at);
      at = at < 0 ? at : at + 2;
    }
  }

  private void readHead(int from) {
    for (String line : lines(from)) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("class")) {
        FieldClass parsed = FieldClass.parse(line.substring(6));
        classes.put(parsed.code(), parsed);
      } else {
        any.put(words[1], fieldClass(words[2]));
      }
    }
  }

  private List<String> lines(int from) {
    List<String> lines = new ArrayList<>();
    int at = from;
    while (at < text.length() && text.charAt(at) != '\n') {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(at, end));
      at = end + 1;
    }
    return lines;
  }

  /** The class with this code. */
  public FieldClass fieldClass(String code) {
    FieldClass found = classes.get(code);
    if (found == null) {
      throw new IllegalStateException(RESOURCE + ": there is no class " + code);
    }
    return found;
  }

  /** What the agent does with field numbers, enum values and types that it does not know. */
  public FieldClass unknown() {
    return fieldClass("unknown");
  }

  /** The names of all messages and enums of the table. */
  public Set<String> names() {
    return Set.copyOf(blocks.keySet());
  }

  /** The type names that an Any or a TypedStruct may hold. */
  public Set<String> anyNames() {
    return Set.copyOf(any.keySet());
  }

  /** The class of the type with this name inside an Any, null where it is not known. */
  public @Nullable FieldClass anyClass(String typeName) {
    return any.get(typeName);
  }

  /** Whether {@code name} is a message of the table. */
  public @Nullable MessageSchema find(String name) {
    MessageSchema known = messages.get(name);
    if (known != null) {
      return known;
    }
    Integer from = blocks.get(name);
    if (from == null || !text.startsWith(MESSAGE, from - 1 - name.length() - MESSAGE.length())) {
      return null;
    }
    List<FieldSchema> fields = new ArrayList<>();
    for (String line : lines(from)) {
      fields.add(FieldSchema.parse(line, name, this));
    }
    MessageSchema schema = new MessageSchema(this, name, fields);
    messages.put(name, schema);
    return schema;
  }

  /** The message with this name, which must be listed. */
  public MessageSchema message(String name) {
    MessageSchema schema = find(name);
    if (schema == null) {
      throw new IllegalArgumentException(RESOURCE + " lists no message " + name);
    }
    return schema;
  }

  /** The enum with this name, null where it is not listed. */
  public @Nullable EnumSchema enumeration(String name) {
    EnumSchema known = enums.get(name);
    Integer from = blocks.get(name);
    if (known != null || from == null) {
      return known;
    }
    EnumSchema schema = new EnumSchema(name);
    for (String line : lines(from)) {
      String[] words = line.split(" ", -1);
      schema.add(Integer.parseInt(words[0]), words[1], fieldClass(words[2]));
    }
    enums.put(name, schema);
    return schema;
  }

  MessageSchema entryOf(MessageSchema owner, FieldSchema map) {
    String key = owner.name() + "#" + map.name();
    MessageSchema known = messages.get(key);
    if (known == null) {
      known = MessageSchema.entryOf(this, owner.name(), map);
      messages.put(key, known);
    }
    return known;
  }
}
