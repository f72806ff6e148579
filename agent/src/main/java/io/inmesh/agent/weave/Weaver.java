package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.Relocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
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
  private final Relocation copy;
  private final List<Hook> hooks;
  private final ModuleCheck.Files files;

  /**
   * Hooks of one module that are for one class.
   *
   * @param copy the copy of the library that the class belongs to
   * @param hooks with the names of that copy
   * @param files class files as the loader of the class finds them; read for a class older than
   *     Java 7 alone
   */
  Weaver(String module, Relocation copy, List<Hook> hooks, ModuleCheck.Files files) {
    this.module = module;
    this.copy = copy;
    this.hooks = List.copyOf(hooks);
    this.files = files;
  }

  /**
   * Returns the woven class; one older than Java 7 becomes one of Java 7.
   *
   * @throws IncompatibleClass if the class lacks a hooked method or cannot be raised
   */
  byte[] weave(byte[] original) throws IncompatibleClass {
    ClassReader reader = new ClassReader(original);
    boolean old = reader.readUnsignedShort(6) < INVOKEDYNAMIC;
    ClassWriter writer =
        old
            ? new FrameWriter(reader, files)
            // With the constants of the reader, methods without a hook are copied as they are.
            : new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    // By identity: the hash of a record is linked at run time, which costs 10 ms before main.
    Set<Hook> found = Collections.newSetFromMap(new IdentityHashMap<>());
    ClassVisitor sites = sites(reader.getClassName(), writer, found);
    try {
      reader.accept(sites, old ? ClassReader.SKIP_FRAMES : 0);
    } catch (IllegalArgumentException subroutines) {
      if (old) {
        throw new IncompatibleClass(
            reader.getClassName().replace('/', '.')
                + " is compiled for a Java older than 7 and cannot be raised: "
                + subroutines.getMessage());
      }
      throw subroutines;
    }
    for (Hook hook : hooks) {
      if (!hook.optional() && !found.contains(hook)) {
        throw new IncompatibleClass(
            hook.type().replace('/', '.')
                + " has no method "
                + hook.method()
                + hook.descriptorPrefix());
      }
    }
    return writer.toByteArray();
  }

  private ClassVisitor sites(String type, ClassWriter writer, Set<Hook> found) {
    return new ClassVisitor(Opcodes.ASM9, writer) {
      @Override
      public void visit(
          int classVersion,
          int access,
          String name,
          String signature,
          String superName,
          String[] interfaces) {
        int raised = Math.max(classVersion & 0xFFFF, INVOKEDYNAMIC);
        super.visit(
            raised == INVOKEDYNAMIC ? raised : classVersion,
            access,
            name,
            signature,
            superName,
            interfaces);
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
            : new HookedMethod(next, module, copy, type, access, name, descriptor, here);
      }
    };
  }

  /** The library is not one that the module was written for. */
  static final class IncompatibleClass extends Exception {
    private static final long serialVersionUID = 1;

    IncompatibleClass(String message) {
      super(message);
    }
  }
}
