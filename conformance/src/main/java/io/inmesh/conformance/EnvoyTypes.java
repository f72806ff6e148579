package io.inmesh.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Turns proto3 JSON into Envoy's messages, {@code Any} included. */
public final class EnvoyTypes {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private final TypeRegistry registry;
  private final JsonFormat.Parser parser;

  public EnvoyTypes() {
    List<Descriptor> known = new ArrayList<>();
    readJarOf(io.envoyproxy.envoy.config.route.v3.Route.class, known);
    readJarOf(com.google.protobuf.Any.class, known);
    registry = TypeRegistry.newBuilder().add(known).build();
    parser = JsonFormat.parser().usingTypeRegistry(registry);
  }

  /**
   * Reads what a vector or a page says.
   *
   * @param content maps and lists, or a tree of Gson
   * @throws IllegalArgumentException where it is no such message, or has a field more
   */
  public <B extends Message.Builder> B read(Object content, B builder) {
    try {
      parser.merge(GSON.toJson(content), builder);
      return builder;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          builder.getDescriptorForType().getName() + ": " + e.getMessage(), e);
    }
  }

  /** What an Any holds; any other message as it is, and an Any of an unknown type too. */
  Message unpacked(Message message) {
    if (!(message instanceof Any any)) {
      return message;
    }
    try {
      Descriptor type = registry.getDescriptorForTypeUrl(any.getTypeUrl());
      return type == null ? message : DynamicMessage.parseFrom(type, any.getValue());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(any.getTypeUrl() + ": " + e.getMessage(), e);
    }
  }

  private static void readJarOf(Class<?> type, List<Descriptor> into) {
    try {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream().map(JarEntry::getName).forEach(entry -> readClass(entry, into));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readClass(String entry, List<Descriptor> into) {
    if (!entry.endsWith("Proto.class") || entry.contains("$")) {
      return;
    }
    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    try {
      if (Class.forName(name).getMethod("getDescriptor").invoke(null)
          instanceof FileDescriptor file) {
        into.addAll(file.getMessageTypes());
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      // A file whose own dependencies are not on the class path is none of Envoy's.
    }
  }
}
