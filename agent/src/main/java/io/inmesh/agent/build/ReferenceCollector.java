package io.inmesh.agent.build;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Collects what the byte code of a module's advice and helpers refers to in the library: classes,
 * methods and fields. The agent's own classes do not count, nor does the API of Java, which the
 * compiler has checked against the oldest Java that runs the agent.
 */
final class ReferenceCollector extends ClassVisitor {
  private final TreeSet<String> lines = new TreeSet<>();

  ReferenceCollector() {
    super(Opcodes.ASM9);
  }

  /** Adds the references of one class. */
  void add(byte[] classFile) {
    new ClassReader(classFile).accept(this, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  /** One reference a line, in the form that {@code ReferenceCheck} reads. */
  String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private void type(String internalName) {
    Type type = Type.getObjectType(internalName);
    if (type.getSort() == Type.ARRAY) {
      type = type.getElementType();
    }
    if (type.getSort() == Type.OBJECT && ofLibrary(type.getInternalName())) {
      lines.add(type.getInternalName());
    }
  }

  private void member(String owner, String name, String descriptor) {
    type(owner);
    if (ofLibrary(owner)) {
      lines.add(owner + " " + name + " " + descriptor);
    }
  }

  private static boolean ofLibrary(String type) {
    return !type.startsWith("[")
        && !type.startsWith("java/")
        && !type.startsWith("javax/")
        && !type.startsWith("io/inmesh/")
        && !type.startsWith("org/jspecify/");
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      @Nullable String signature,
      String superName,
      String[] interfaces) {
    type(superName);
    for (String each : interfaces) {
      type(each);
    }
  }

  @Override
  public MethodVisitor visitMethod(
      int access,
      String name,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    return new MethodVisitor(Opcodes.ASM9) {
      @Override
      public void visitTypeInsn(int opcode, String type) {
        type(type);
      }

      @Override
      public void visitFieldInsn(int opcode, String owner, String field, String fieldType) {
        member(owner, field, fieldType);
      }

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String method, String methodType, boolean isInterface) {
        member(owner, method, methodType);
      }

      @Override
      public void visitInvokeDynamicInsn(
          String site, String siteType, Handle bootstrap, Object... arguments) {
        for (Object argument : arguments) {
          constant(argument);
        }
      }

      @Override
      public void visitLdcInsn(Object value) {
        constant(value);
      }

      @Override
      public void visitMultiANewArrayInsn(String arrayType, int dimensions) {
        type(arrayType);
      }

      @Override
      public void visitTryCatchBlock(
          Label start, Label end, Label handler, @Nullable String caught) {
        if (caught != null) {
          type(caught);
        }
      }
    };
  }

  private void constant(Object value) {
    if (value instanceof Handle handle) {
      member(handle.getOwner(), handle.getName(), handle.getDesc());
    } else if (value instanceof Type type && type.getSort() == Type.OBJECT) {
      type(type.getInternalName());
    }
  }
}
