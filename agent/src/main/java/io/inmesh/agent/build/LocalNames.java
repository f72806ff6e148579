package io.inmesh.agent.build;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The names of local variables: a debugger shows them, and the JVM reads and checks them at each
 * start. Line numbers stay, for stack traces.
 */
final class LocalNames {
  private LocalNames() {}

  /** The class file without them. */
  static byte[] without(byte[] classFile) {
    // A new constant pool: that of the reader would keep the names.
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                return new MethodVisitor(
                    Opcodes.ASM9,
                    super.visitMethod(access, name, descriptor, signature, exceptions)) {
                  @Override
                  public void visitLocalVariable(
                      String local,
                      String type,
                      @Nullable String generic,
                      Label start,
                      Label end,
                      int index) {}
                };
              }
            },
            0);
    return writer.toByteArray();
  }
}
