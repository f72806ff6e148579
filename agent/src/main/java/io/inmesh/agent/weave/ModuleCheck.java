package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.Relocation;
import io.inmesh.instrumentation.api.VersionSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;

/**
 * Whether a module fits the copy of its library that one class loader holds: the version lies in
 * the proven range, and every hooked method and every member that the advice refers to is there.
 * Reads class files and loads no class. All or nothing: a library that is hooked in part would be
 * routed in part.
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
   * @param present whether the library is there
   */
  record Verdict(String version, Optional<String> problem, boolean present) {
    Verdict(String version, Optional<String> problem) {
      this(version, problem, true);
    }
  }

  private final LibraryTypes types;
  private final Relocation copy;

  /**
   * @param copy which of the copies that the loader may hold
   */
  ModuleCheck(Files files, Relocation copy) {
    this.types = new LibraryTypes(files);
    this.copy = copy;
  }

  /**
   * Checks one module.
   *
   * @param references what its advice refers to, see {@link ReferenceCheck}
   */
  Verdict check(LibraryModule module, byte[] references) {
    String version = "unknown";
    try {
      if (types.get(copy.type(module.marker())) == null) {
        return new Verdict(version, Optional.of("it is not there"), false);
      }
      version = version(module.versionSource());
      if (!version.equals("unknown") && !module.proven().contains(version)) {
        return new Verdict(
            version,
            Optional.of("version " + version + " is outside the proven range " + module.proven()));
      }
      Optional<String> problem = missing(module.hooks());
      if (problem.isPresent()) {
        return new Verdict(version, problem);
      }
      return new Verdict(version, new ReferenceCheck(types, copy).missing(references));
    } catch (IOException | RuntimeException unreadable) {
      return new Verdict(version, Optional.of("its class files cannot be read: " + unreadable));
    }
  }

  private Optional<String> missing(List<Hook> hooks) throws IOException {
    for (Hook original : hooks) {
      Hook hook = original.in(copy);
      if (!hook.optional()) {
        LibraryTypes.Declared declared = types.get(hook.type());
        if (declared == null) {
          return Optional.of("it has no class " + hook.type().replace('/', '.'));
        }
        if (!declares(declared, hook)) {
          return Optional.of(
              hook.type().replace('/', '.')
                  + " has no method "
                  + hook.method()
                  + hook.descriptorPrefix());
        }
      }
    }
    return Optional.empty();
  }

  private static boolean declares(LibraryTypes.Declared declared, Hook hook) {
    for (String member : declared.members().keySet()) {
      int space = member.indexOf(' ');
      if (hook.matches(member.substring(0, space), member.substring(space + 1))) {
        return true;
      }
    }
    return false;
  }

  private String version(VersionSource source) throws IOException {
    if (source instanceof VersionSource.Jdk) {
      return String.valueOf(Runtime.version().feature());
    }
    if (source instanceof VersionSource.Properties file) {
      // Beside a shaded copy there may be the original, whose file it would be.
      byte[] content = copy.isNone() ? types.read(file.path()) : null;
      Properties properties = new Properties();
      if (content != null) {
        properties.load(new ByteArrayInputStream(content));
      }
      return properties.getProperty(file.key(), "unknown");
    }
    VersionSource.Constant constant = (VersionSource.Constant) source;
    for (String type : constant.types()) {
      byte[] bytes = types.read(copy.type(type) + ".class");
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
}
