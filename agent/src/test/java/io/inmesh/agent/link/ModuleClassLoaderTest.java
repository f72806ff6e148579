package io.inmesh.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.api.Relocation;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A helper compiled against {@code library.Greeting}, linked where that has another name. */
class ModuleClassLoaderTest {
  private static final String GREETING = "library/Greeting";
  private static final String SHADED = "app/shaded/" + GREETING;

  /** Holds the library. */
  private static final class Library extends ClassLoader {
    Library(String... greetings) {
      super(null);
      for (String name : greetings) {
        byte[] bytes = greeting(name);
        defineClass(name.replace('/', '.'), bytes, 0, bytes.length);
      }
    }
  }

  @Test
  void linksAHelperAgainstTheOriginal() throws Exception {
    assertThat(greet(new Library(GREETING, SHADED), Relocation.NONE)).isEqualTo(GREETING);
  }

  @Test
  void linksAHelperAgainstACopy() throws Exception {
    Relocation copy = Relocation.of("library/", "app/shaded/library/");

    assertThat(greet(new Library(GREETING, SHADED), copy)).isEqualTo(SHADED);
    assertThat(greet(new Library(SHADED), copy)).as("without the original").isEqualTo(SHADED);
  }

  private static Object greet(ClassLoader library, Relocation copy) throws Exception {
    ModuleClassLoader loader =
        new ModuleClassLoader(
            "module.",
            ModuleClassLoaderTest.class.getClassLoader(),
            library,
            copy,
            Map.of("module/Helper.classdata", helper())::get);
    Object helper = loader.loadClass("module.Helper").getDeclaredConstructor().newInstance();
    return ((Supplier<?>) helper).get();
  }

  /** {@code static String greet() { return NAME; }}. */
  private static byte[] greeting(String name) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
    MethodVisitor greet =
        writer.visitMethod(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "greet", "()Ljava/lang/String;", null, null);
    greet.visitLdcInsn(name);
    greet.visitInsn(Opcodes.ARETURN);
    greet.visitMaxs(0, 0);
    return writer.toByteArray();
  }

  /** A Supplier of what the library says. */
  private static byte[] helper() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC,
        "module/Helper",
        null,
        "java/lang/Object",
        new String[] {"java/util/function/Supplier"});
    MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    init.visitVarInsn(Opcodes.ALOAD, 0);
    init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    init.visitInsn(Opcodes.RETURN);
    init.visitMaxs(0, 0);
    MethodVisitor get =
        writer.visitMethod(Opcodes.ACC_PUBLIC, "get", "()Ljava/lang/Object;", null, null);
    get.visitMethodInsn(Opcodes.INVOKESTATIC, GREETING, "greet", "()Ljava/lang/String;", false);
    get.visitInsn(Opcodes.ARETURN);
    get.visitMaxs(0, 0);
    return writer.toByteArray();
  }
}
