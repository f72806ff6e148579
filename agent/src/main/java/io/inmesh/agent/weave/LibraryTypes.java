package io.inmesh.agent.weave;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The types of one copy of a library as their class files declare them, each read once. Runs while
 * the app's first call waits, so it uses no lambda, whose first costs more than all of this. Not
 * thread-safe.
 */
final class LibraryTypes {
  private static final int PARTS =
      ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;

  private final ModuleCheck.Files files;
  private final Map<String, @Nullable Declared> known = new HashMap<>();

  /**
   * What one type declares.
   *
   * @param members name, a space, descriptor; with the access flags
   */
  record Declared(List<String> superTypes, Map<String, Integer> members) {}

  LibraryTypes(ModuleCheck.Files files) {
    this.files = files;
  }

  /** The type with this internal name, or null if the library has none. */
  @Nullable Declared get(String type) throws IOException {
    Declared declared = known.get(type);
    if (declared == null && !known.containsKey(type)) {
      byte[] bytes = read(type + ".class");
      declared = bytes == null ? null : declared(new ClassReader(bytes));
      known.put(type, declared);
    }
    return declared;
  }

  /** A file of the library, or null. Not every loader finds the JDK's, on which all stand. */
  byte @Nullable [] read(String path) throws IOException {
    try (InputStream in =
        path.startsWith("java/")
            ? ClassLoader.getPlatformClassLoader().getResourceAsStream(path)
            : files.open(path)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  private static Declared declared(ClassReader reader) {
    List<String> superTypes = new ArrayList<>(List.of(reader.getInterfaces()));
    if (reader.getSuperName() != null) {
      superTypes.add(0, reader.getSuperName());
    }
    Map<String, Integer> members = new HashMap<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable FieldVisitor visitField(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              @Nullable Object value) {
            members.put(name + " " + descriptor, access);
            return null;
          }

          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            members.put(name + " " + descriptor, access);
            return null;
          }
        },
        PARTS);
    return new Declared(superTypes, members);
  }
}
