package io.inmesh.agent.link;

import io.inmesh.instrumentation.api.Relocation;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Makes classes that were compiled against a library fit a copy of it under other names. */
final class Relocator {
  private Relocator() {}

  /** The class, with the names of {@code copy} wherever it refers to the library. */
  static byte[] relocate(byte[] classFile, Relocation copy) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile)
        .accept(
            new ClassRemapper(
                writer,
                new Remapper(Opcodes.ASM9) {
                  @Override
                  public String map(String internalName) {
                    return copy.type(internalName);
                  }
                }),
            0);
    return writer.toByteArray();
  }
}
