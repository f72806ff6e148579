package io.inmesh.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The engine with one of its branches the wrong way round, in a class loader of its own.
 *
 * @param type of the engine, without its package's beginning
 * @param branch which conditional jump of the method, counted from 1
 */
record PlantedFault(String type, String method, int branch) {
  private static final String ENGINE = "io.inmesh.engine.";

  /** The faulty engine. */
  FuzzTarget engine() throws ReflectiveOperationException {
    FaultyLoader loader = new FaultyLoader();
    FuzzTarget engine =
        Class.forName(EngineFuzzTarget.class.getName(), true, loader)
            .asSubclass(FuzzTarget.class)
            .getDeclaredConstructor()
            .newInstance();
    // So that a branch that does not exist is told here.
    Class.forName(ENGINE + type, true, loader);
    if (!loader.planted) {
      throw new IllegalStateException("there is no such branch: " + this);
    }
    return engine;
  }

  private final class FaultyLoader extends ClassLoader {
    private boolean planted;

    FaultyLoader() {
      super(PlantedFault.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean own =
          name.startsWith(ENGINE)
              || name.startsWith("io.inmesh.control.client.")
              || name.startsWith("io.inmesh.conformance.Engine");
      if (!own) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      URL file = getParent().getResource(name.replace('.', '/') + ".class");
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      try (InputStream in = file.openStream()) {
        byte[] bytes = in.readAllBytes();
        bytes = name.equals(ENGINE + type) ? faulty(bytes) : bytes;
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    private byte[] faulty(byte[] bytes) {
      ClassWriter writer = new ClassWriter(0);
      new ClassReader(bytes)
          .accept(
              new ClassVisitor(Opcodes.ASM9, writer) {
                @Override
                public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] errors) {
                  MethodVisitor next =
                      super.visitMethod(access, name, descriptor, signature, errors);
                  return name.equals(method) ? turning(next) : next;
                }
              },
              0);
      return writer.toByteArray();
    }

    private MethodVisitor turning(MethodVisitor next) {
      return new MethodVisitor(Opcodes.ASM9, next) {
        private int seen;

        @Override
        public void visitJumpInsn(int opcode, Label label) {
          boolean conditional = opcode != Opcodes.GOTO && opcode != Opcodes.JSR;
          if (conditional && ++seen == branch) {
            planted = true;
            super.visitJumpInsn(opposite(opcode), label);
          } else {
            super.visitJumpInsn(opcode, label);
          }
        }
      };
    }
  }

  // Opposites stand side by side: IFEQ 153 and IFNE 154, …, IFNULL 198 and IFNONNULL 199.
  private static int opposite(int opcode) {
    return opcode >= Opcodes.IFNULL
        ? Opcodes.IFNULL + Opcodes.IFNONNULL - opcode
        : (opcode & 1) == 1 ? opcode + 1 : opcode - 1;
  }

  @Override
  public String toString() {
    return type + "." + method + ", branch " + branch;
  }
}
