package io.inmesh.agent.weave;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Writes a class of Java 6 or older with stack map frames, which Java 7 demands. Common super
 * classes are read from class files: loading a class of the app here would run its loader too
 * early.
 */
final class FrameWriter extends ClassWriter {
  private static final String OBJECT = "java/lang/Object";

  private final ModuleCheck.Files files;
  private final Map<String, String> superClasses = new HashMap<>();

  /**
   * @param reader the class that is written
   * @param files class files as its loader finds them
   */
  FrameWriter(ClassReader reader, ModuleCheck.Files files) {
    super(COMPUTE_FRAMES);
    this.files = files;
    superClasses.put(reader.getClassName(), superOf(reader));
  }

  @Override
  protected String getCommonSuperClass(String one, String other) {
    Set<String> above = new LinkedHashSet<>();
    for (String type = one; above.add(type); type = superClass(type)) {}
    String type = other;
    while (!above.contains(type)) {
      type = superClass(type);
    }
    return type;
  }

  private String superClass(String type) {
    return superClasses.computeIfAbsent(type, this::read);
  }

  /** An interface counts as Object, as the verifier has it; so does what cannot be found. */
  private String read(String type) {
    try (InputStream in = type.equals(OBJECT) ? null : files.open(type + ".class")) {
      return in == null ? OBJECT : superOf(new ClassReader(in));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + type, e);
    }
  }

  private static String superOf(ClassReader reader) {
    boolean isInterface = (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0;
    return isInterface || reader.getSuperName() == null ? OBJECT : reader.getSuperName();
  }
}
