package io.inmesh.agent.build;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Gives class files of before Java 6, ASM's own among them, the stack maps of today. Without them
 * the JVM verifies by its old, slow way at each start, and keeps the class out of AOT caches.
 */
final class StackMaps {
  private static final int MAJOR = 6;

  private StackMaps() {}

  /** The class file, with stack maps if it is one that has none. */
  static byte[] of(byte[] classFile) {
    int major = ((classFile[MAJOR] & 0xff) << 8) | (classFile[MAJOR + 1] & 0xff);
    if (major >= Opcodes.V1_6) {
      return classFile;
    }
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public void visit(
                  int version,
                  int access,
                  String name,
                  @Nullable String signature,
                  @Nullable String superName,
                  String @Nullable [] interfaces) {
                super.visit(Opcodes.V1_8, access, name, signature, superName, interfaces);
              }
            },
            0);
    return writer.toByteArray();
  }
}
