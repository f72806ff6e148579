package io.inmesh.agent.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.Relocation;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Classes of Java 5 and 6, which have no stack map frames, are woven as classes of Java 7. */
class OldClassTest {
  private static final String PACKAGE = "old/";
  private static final List<Hook> HOOKS =
      List.of(
          hook(new Hook.Argument(0), "argument"),
          hook(new Hook.Enter(), "enter"),
          hook(new Hook.Exit(), "exit"));

  private static Hook hook(Hook.Point at, String advice) {
    return new Hook(
        PACKAGE + "Chooser", "choose", "(I", at, Advice.OBSERVING, "Unused", advice, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {Opcodes.V1_1, Opcodes.V1_4, Opcodes.V1_5, Opcodes.V1_6})
  void isWovenLoadedAndRun(int version) throws Exception {
    Library library = new Library(version);
    byte[] woven = library.weave(library::file);

    assertThat(new ClassReader(woven).readUnsignedShort(6)).isEqualTo(Opcodes.V1_7);
    try (Dispatch unused = Dispatch.to(TestAdvice.class)) {
      assertThat(library.choose(0)).isEqualTo("old.Left+");
      assertThat(library.choose(1)).isEqualTo("old.Right+");
      assertThat(library.choose(41)).as("the argument becomes -1").isEqualTo("skipped");
    }
  }

  @Test
  void noClassOfTheLibraryIsLoadedForIt() throws Exception {
    Library library = new Library(Opcodes.V1_5);

    library.weave(library::file);

    assertThat(library.read).contains("old/Left.class", "old/Right.class", "old/Side.class");
    assertThat(library.loaded).isEmpty();
  }

  @Test
  void aCommonSuperClassThatCannotBeFoundCountsAsObject() throws Exception {
    Library library = new Library(Opcodes.V1_5);
    library.weave(path -> null);

    // Its field access needs the real type: the JVM tells, and no wrong code runs.
    assertThatThrownBy(() -> library.choose(0)).hasRootCauseInstanceOf(VerifyError.class);
  }

  @Test
  void oneThatUsesSubroutinesCannotBeRaised() {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V1_3, Opcodes.ACC_PUBLIC, "old/Chooser", null, "java/lang/Object", null);
    MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "choose", "(I)V", null, null);
    method.visitCode();
    Label subroutine = new Label();
    method.visitJumpInsn(Opcodes.JSR, subroutine);
    method.visitInsn(Opcodes.RETURN);
    method.visitLabel(subroutine);
    method.visitVarInsn(Opcodes.ASTORE, 1);
    method.visitVarInsn(Opcodes.RET, 1);
    method.visitMaxs(1, 2);
    method.visitEnd();
    writer.visitEnd();

    assertThatThrownBy(
            () ->
                new Weaver("test", Relocation.NONE, HOOKS, path -> null)
                    .weave(writer.toByteArray()))
        .isInstanceOf(Weaver.IncompatibleClass.class)
        .hasMessageContaining("old.Chooser is compiled for a Java older than 7")
        .hasMessageContaining("JSR");
  }

  /** The advice of the sites, as static methods. */
  static final class TestAdvice {
    private TestAdvice() {}

    static int argument(int number) {
      return number == 41 ? -1 : number;
    }

    static @Nullable Object enter(int number) {
      return number < 0 ? "skipped" : null;
    }

    static String exit(String result, int number) {
      return result + "+";
    }
  }

  /**
   * {@code String Chooser.choose(int n) { return (n == 0 ? new Left() : new Right()).name; }} where
   * the name is a field of their common super class.
   */
  private static final class Library extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();
    private final List<String> read = new ArrayList<>();
    private final List<String> loaded = new ArrayList<>();

    Library(int version) {
      super(null);
      classes.put("Side", type(version, "Side", "java/lang/Object"));
      classes.put("Left", type(version, "Left", "old/Side"));
      classes.put("Right", type(version, "Right", "old/Side"));
      classes.put("Chooser", chooser(version));
    }

    java.io.@Nullable InputStream file(String path) {
      read.add(path);
      byte[] bytes = classes.get(path.replace("old/", "").replace(".class", ""));
      return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
    }

    byte[] weave(ModuleCheck.Files files) throws Weaver.IncompatibleClass {
      byte[] chooser = Objects.requireNonNull(classes.get("Chooser"));
      byte[] woven = new Weaver("test", Relocation.NONE, HOOKS, files).weave(chooser);
      classes.put("Chooser", woven);
      return woven;
    }

    Object choose(int number) throws ReflectiveOperationException {
      try {
        return Class.forName("old.Chooser", true, this)
            .getMethod("choose", int.class)
            .invoke(null, number);
      } catch (InvocationTargetException e) {
        throw new AssertionError(e.getCause());
      } catch (VerifyError e) {
        throw new AssertionError(e);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name.replace("old.", ""));
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      loaded.add(name);
      return defineClass(name, bytes, 0, bytes.length);
    }

    private static byte[] type(int version, String name, String superName) {
      ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
      writer.visit(version, Opcodes.ACC_PUBLIC, PACKAGE + name, null, superName, null);
      if (name.equals("Side")) {
        writer.visitField(Opcodes.ACC_PUBLIC, "name", "Ljava/lang/String;", null, null).visitEnd();
      }
      MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
      init.visitCode();
      init.visitVarInsn(Opcodes.ALOAD, 0);
      init.visitMethodInsn(Opcodes.INVOKESPECIAL, superName, "<init>", "()V", false);
      if (!name.equals("Side")) {
        init.visitVarInsn(Opcodes.ALOAD, 0);
        init.visitLdcInsn("old." + name);
        init.visitFieldInsn(Opcodes.PUTFIELD, "old/Side", "name", "Ljava/lang/String;");
      }
      init.visitInsn(Opcodes.RETURN);
      init.visitMaxs(0, 0);
      init.visitEnd();
      writer.visitEnd();
      return writer.toByteArray();
    }

    private static byte[] chooser(int version) {
      ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
      writer.visit(version, Opcodes.ACC_PUBLIC, "old/Chooser", null, "java/lang/Object", null);
      MethodVisitor choose =
          writer.visitMethod(
              Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC,
              "choose",
              "(I)Ljava/lang/String;",
              null,
              null);
      choose.visitCode();
      Label right = new Label();
      Label both = new Label();
      choose.visitVarInsn(Opcodes.ILOAD, 0);
      choose.visitJumpInsn(Opcodes.IFNE, right);
      create(choose, "Left");
      choose.visitJumpInsn(Opcodes.GOTO, both);
      choose.visitLabel(right);
      create(choose, "Right");
      choose.visitLabel(both);
      choose.visitFieldInsn(Opcodes.GETFIELD, "old/Side", "name", "Ljava/lang/String;");
      choose.visitInsn(Opcodes.ARETURN);
      choose.visitMaxs(0, 0);
      choose.visitEnd();
      writer.visitEnd();
      return writer.toByteArray();
    }

    private static void create(MethodVisitor method, String type) {
      method.visitTypeInsn(Opcodes.NEW, PACKAGE + type);
      method.visitInsn(Opcodes.DUP);
      method.visitMethodInsn(Opcodes.INVOKESPECIAL, PACKAGE + type, "<init>", "()V", false);
    }
  }
}
