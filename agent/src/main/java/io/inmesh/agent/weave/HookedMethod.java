package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.Relocation;
import java.util.List;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Emits the call sites of one method. Only one kind of frame is ever added, "same locals, one stack
 * item": it leaves the deltas of the frames that follow true, so no frame has to be computed.
 */
final class HookedMethod extends MethodVisitor {
  private static final Handle LINK =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          "java/lang/MeshDispatcher",
          "link",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
              + "[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;",
          false);
  private static final Type OBJECT = Type.getObjectType("java/lang/Object");

  private final String module;
  private final Relocation copy;
  private final Type owner;
  private final boolean isStatic;
  private final boolean isConstructor;
  private final Type[] arguments;
  private final Type returned;
  private final List<Hook> hooks;

  HookedMethod(
      MethodVisitor next,
      String module,
      Relocation copy,
      String owner,
      int access,
      String name,
      String descriptor,
      List<Hook> hooks) {
    super(Opcodes.ASM9, next);
    this.module = module;
    this.copy = copy;
    this.owner = Type.getObjectType(owner);
    this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
    this.isConstructor = name.equals("<init>");
    this.arguments = Type.getArgumentTypes(descriptor);
    this.returned = Type.getReturnType(descriptor);
    this.hooks = hooks;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    for (Hook hook : hooks) {
      if (hook.at() instanceof Hook.Argument argument) {
        replaceArgument(hook, argument.index());
      }
    }
    for (Hook hook : hooks) {
      if (hook.at() instanceof Hook.Enter) {
        enter(hook);
      }
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
      for (Hook hook : hooks) {
        if (hook.at() instanceof Hook.Exit) {
          exit(hook);
        }
      }
    }
    super.visitInsn(opcode);
  }

  private void replaceArgument(Hook hook, int index) {
    // `this` of a constructor is not initialised yet and may not leave it.
    boolean withThis = !isStatic && !isConstructor;
    loadAll(withThis);
    link(hook, arguments[index], withThis, false, withThis ? index + 1 : index);
    int slot = isStatic ? 0 : 1;
    for (int i = 0; i < index; i++) {
      slot += arguments[i].getSize();
    }
    super.visitVarInsn(arguments[index].getOpcode(Opcodes.ISTORE), slot);
  }

  private void enter(Hook hook) {
    loadAll(!isStatic);
    link(hook, OBJECT, !isStatic, false, -1);
    Label run = new Label();
    super.visitInsn(Opcodes.DUP);
    super.visitJumpInsn(Opcodes.IFNULL, run);
    returnUnboxed();
    super.visitLabel(run);
    super.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {OBJECT.getInternalName()});
    super.visitInsn(Opcodes.POP);
  }

  private void exit(Hook hook) {
    loadAll(!isStatic);
    boolean value = returned.getSort() != Type.VOID;
    link(hook, returned, !isStatic, value, value ? 0 : -1);
  }

  private void loadAll(boolean withThis) {
    if (withThis) {
      super.visitVarInsn(Opcodes.ALOAD, 0);
    }
    int slot = isStatic ? 0 : 1;
    for (Type argument : arguments) {
      super.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), slot);
      slot += argument.getSize();
    }
  }

  /** The site's static arguments are the ABI that {@code Linker} reads. */
  private void link(Hook hook, Type result, boolean withThis, boolean withReturned, int echo) {
    StringBuilder descriptor = new StringBuilder("(");
    if (withReturned) {
      descriptor.append(returned.getDescriptor());
    }
    if (withThis) {
      descriptor.append(owner.getDescriptor());
    }
    for (Type argument : arguments) {
      descriptor.append(argument.getDescriptor());
    }
    descriptor.append(')').append(result.getDescriptor());
    super.visitInvokeDynamicInsn(
        hook.adviceMethod(),
        descriptor.toString(),
        LINK,
        echo,
        module,
        hook.adviceClass(),
        hook.purpose().ordinal(),
        copy.toString());
  }

  private void returnUnboxed() {
    switch (returned.getSort()) {
      case Type.VOID -> {
        super.visitInsn(Opcodes.POP);
        super.visitInsn(Opcodes.RETURN);
      }
      case Type.OBJECT, Type.ARRAY -> {
        super.visitTypeInsn(Opcodes.CHECKCAST, returned.getInternalName());
        super.visitInsn(Opcodes.ARETURN);
      }
      default -> {
        String box = box();
        super.visitTypeInsn(Opcodes.CHECKCAST, box);
        super.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL,
            box,
            returned.getClassName() + "Value",
            "()" + returned.getDescriptor(),
            false);
        super.visitInsn(returned.getOpcode(Opcodes.IRETURN));
      }
    }
  }

  private String box() {
    return switch (returned.getSort()) {
      case Type.BOOLEAN -> "java/lang/Boolean";
      case Type.CHAR -> "java/lang/Character";
      case Type.BYTE -> "java/lang/Byte";
      case Type.SHORT -> "java/lang/Short";
      case Type.INT -> "java/lang/Integer";
      case Type.LONG -> "java/lang/Long";
      case Type.FLOAT -> "java/lang/Float";
      default -> "java/lang/Double";
    };
  }
}
