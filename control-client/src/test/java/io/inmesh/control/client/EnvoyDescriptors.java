package io.inmesh.control.client;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.inmesh.instrumentation.testing.IstioTypes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The real Envoy descriptors, which the table must agree with. */
public final class EnvoyDescriptors {
  private static final Map<String, Descriptor> MESSAGES = new HashMap<>();
  private static final Map<String, EnumDescriptor> ENUMS = new HashMap<>();

  static {
    readJarOf(io.envoyproxy.envoy.config.route.v3.Route.class);
    readJarOf(com.google.protobuf.Any.class);
  }

  private EnvoyDescriptors() {}

  public static Map<String, Descriptor> messages() {
    return Map.copyOf(MESSAGES);
  }

  public static Map<String, EnumDescriptor> enums() {
    return Map.copyOf(ENUMS);
  }

  public static TypeRegistry types() {
    return TypeRegistry.newBuilder().add(MESSAGES.values()).build();
  }

  public static JsonFormat.Printer json() {
    return JsonFormat.printer().usingTypeRegistry(types());
  }

  /** Reads a dump as Envoy's own tools do; a field that is not Envoy's is an error. */
  static io.envoyproxy.envoy.admin.v3.ConfigDump configDump(String json)
      throws InvalidProtocolBufferException {
    io.envoyproxy.envoy.admin.v3.ConfigDump.Builder dump =
        io.envoyproxy.envoy.admin.v3.ConfigDump.newBuilder();
    JsonFormat.parser().usingTypeRegistry(types()).merge(IstioTypes.replaced(json), dump);
    return dump.build();
  }

  private static void readJarOf(Class<?> type) {
    try {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream().map(JarEntry::getName).forEach(EnvoyDescriptors::readClass);
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readClass(String entry) {
    if (!entry.endsWith("Proto.class") || entry.contains("$")) {
      return;
    }
    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    try {
      Object descriptor = Class.forName(name).getMethod("getDescriptor").invoke(null);
      if (descriptor instanceof FileDescriptor file) {
        file.getMessageTypes().forEach(EnvoyDescriptors::add);
        file.getEnumTypes().forEach(e -> ENUMS.put(e.getFullName(), e));
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      // Files whose own dependencies are not on the class path are not Envoy's.
    }
  }

  private static void add(Descriptor message) {
    MESSAGES.put(message.getFullName(), message);
    message.getEnumTypes().forEach(e -> ENUMS.put(e.getFullName(), e));
    message.getNestedTypes().forEach(EnvoyDescriptors::add);
  }
}
