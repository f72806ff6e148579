package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Whether a module fits the copy of its library that one class loader holds: the version lies in
 * the proven range and every hooked method is there. Reads class files and loads no class. All or
 * nothing: a library that is hooked in part would be routed in part.
 */
final class ModuleCheck {
  /** Reads a file of the library, or null. */
  interface Files {
    @Nullable InputStream open(String path) throws IOException;
  }

  /**
   * The answer.
   *
   * @param version the library's version, {@code unknown} if it does not tell
   * @param problem why the module stays off; empty if it fits
   */
  record Verdict(String version, Optional<String> problem) {}

  private final Files files;

  ModuleCheck(Files files) {
    this.files = files;
  }

  Verdict check(LibraryModule module) {
    String version = "unknown";
    try {
      version = version(module.versionSource());
      if (!version.equals("unknown") && !module.proven().contains(version)) {
        return new Verdict(
            version,
            Optional.of("version " + version + " is outside the proven range " + module.proven()));
      }
      for (String type : Hook.types(module.hooks())) {
        Optional<String> problem = missing(module, type);
        if (problem.isPresent()) {
          return new Verdict(version, problem);
        }
      }
      return new Verdict(version, Optional.empty());
    } catch (IOException | RuntimeException unreadable) {
      return new Verdict(version, Optional.of("its class files cannot be read: " + unreadable));
    }
  }

  private Optional<String> missing(LibraryModule module, String type) throws IOException {
    List<Hook> wanted =
        module.hooks().stream().filter(h -> h.type().equals(type) && !h.optional()).toList();
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = read(type + ".class");
    if (bytes == null) {
      return Optional.of("it has no class " + type.replace('/', '.'));
    }
    Set<Hook> absent = new HashSet<>(wanted);
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public @Nullable MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                absent.removeIf(hook -> hook.matches(name, descriptor));
                return null;
              }
            },
            ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return absent.stream()
        .findFirst()
        .map(
            h ->
                h.type().replace('/', '.') + " has no method " + h.method() + h.descriptorPrefix());
  }

  private String version(VersionSource source) throws IOException {
    if (source instanceof VersionSource.Jdk) {
      return String.valueOf(Runtime.version().feature());
    }
    if (source instanceof VersionSource.Properties file) {
      try (InputStream in = files.open(file.path())) {
        Properties properties = new Properties();
        if (in != null) {
          properties.load(in);
        }
        return properties.getProperty("version", "unknown");
      }
    }
    VersionSource.Constant constant = (VersionSource.Constant) source;
    for (String type : constant.types()) {
      byte[] bytes = read(type + ".class");
      String found = bytes == null ? null : constantAfter(constant.prefix(), bytes);
      if (found != null) {
        return found;
      }
    }
    return "unknown";
  }

  /** Utf8 constants carry compile-time strings; a scan of the pool needs no method body. */
  private static @Nullable String constantAfter(String prefix, byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    char[] buffer = new char[reader.getMaxStringLength()];
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      if (offset > 0 && bytes[offset - 1] == 8) {
        Object value = reader.readConst(i, buffer);
        if (value instanceof String text
            && text.startsWith(prefix)
            && text.length() > prefix.length()
            && Character.isDigit(text.charAt(prefix.length()))) {
          return text.substring(prefix.length());
        }
      }
    }
    return null;
  }

  private byte @Nullable [] read(String path) throws IOException {
    try (InputStream in = files.open(path)) {
      return in == null ? null : in.readAllBytes();
    }
  }
}
