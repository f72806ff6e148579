package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Puts the call sites of one module's hooks into one class: bodies only, no member is added or
 * changed, so that a class already loaded can be retransformed. Works on bytes alone and resolves
 * no type, so another agent's changes to the same class cannot confuse it.
 */
final class Weaver {
  /** The oldest class-file version that knows invokedynamic (Java 7). */
  private static final int INVOKEDYNAMIC = Opcodes.V1_7;

  private final String module;
  private final List<Hook> hooks;

  /** Hooks of one module that are for one class. */
  Weaver(String module, List<Hook> hooks) {
    this.module = module;
    this.hooks = List.copyOf(hooks);
  }

  /**
   * Returns the woven class.
   *
   * @throws IncompatibleClass if the class lacks a hooked method or is too old to carry call sites
   */
  byte[] weave(byte[] original) throws IncompatibleClass {
    ClassReader reader = new ClassReader(original);
    // No copying from the reader: that would keep the constant pool of a class that another agent
    // widened, for no gain.
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    Set<Hook> found = new HashSet<>();
    int[] version = new int[1];
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public void visit(
              int classVersion,
              int access,
              String name,
              String signature,
              String superName,
              String[] interfaces) {
            version[0] = classVersion & 0xFFFF;
            super.visit(classVersion, access, name, signature, superName, interfaces);
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            List<Hook> here = new ArrayList<>();
            for (Hook hook : hooks) {
              if (hook.matches(name, descriptor) && (access & Opcodes.ACC_ABSTRACT) == 0) {
                here.add(hook);
                found.add(hook);
              }
            }
            return here.isEmpty()
                ? next
                : new HookedMethod(
                    next, module, reader.getClassName(), access, name, descriptor, here);
          }
        },
        0);
    for (Hook hook : hooks) {
      if (!hook.optional() && !found.contains(hook)) {
        throw new IncompatibleClass(
            hook.type().replace('/', '.')
                + " has no method "
                + hook.method()
                + hook.descriptorPrefix());
      }
    }
    if (version[0] < INVOKEDYNAMIC) {
      throw new IncompatibleClass(reader.getClassName() + " is compiled for a Java older than 7");
    }
    return writer.toByteArray();
  }

  /** The library is not one that the module was written for. */
  static final class IncompatibleClass extends Exception {
    private static final long serialVersionUID = 1;

    IncompatibleClass(String message) {
      super(message);
    }
  }
}
