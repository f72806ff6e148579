package io.inmesh.it.life;

import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The agent jar with something wrong in it. */
public final class BrokenAgent {
  private static final Path AGENT = TestMesh.repository().resolve("agent/target/inmesh-agent.jar");

  private BrokenAgent() {}

  private interface Change {
    /** What becomes of the class; empty leaves it out. */
    Optional<byte[]> of(byte[] content);
  }

  /** Without this class. */
  public static Path without(Path folder, String type) throws IOException {
    return change(folder, type, content -> Optional.empty());
  }

  /**
   * With a method that throws an {@link IllegalStateException}.
   *
   * @param descriptor its start; a bare {@code (} has all methods of that name throw
   */
  public static Path throwing(Path folder, String type, String method, String descriptor)
      throws IOException {
    return change(folder, type, content -> Optional.of(throwing(content, method, descriptor)));
  }

  private static byte[] throwing(byte[] content, String method, String descriptor) {
    ClassReader reader = new ClassReader(content);
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    AtomicBoolean found = new AtomicBoolean();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String type,
              @Nullable String signature,
              String @Nullable [] thrown) {
            MethodVisitor to = super.visitMethod(access, name, type, signature, thrown);
            if (!name.equals(method) || !type.startsWith(descriptor)) {
              return to;
            }
            found.set(true);
            fail(to);
            return null;
          }
        },
        0);
    if (!found.get()) {
      throw new IllegalStateException(reader.getClassName() + " has no method " + method);
    }
    return writer.toByteArray();
  }

  private static void fail(MethodVisitor to) {
    String exception = "java/lang/IllegalStateException";
    to.visitCode();
    to.visitTypeInsn(Opcodes.NEW, exception);
    to.visitInsn(Opcodes.DUP);
    to.visitLdcInsn("broken on purpose");
    to.visitMethodInsn(Opcodes.INVOKESPECIAL, exception, "<init>", "(Ljava/lang/String;)V", false);
    to.visitInsn(Opcodes.ATHROW);
    to.visitMaxs(0, 0);
    to.visitEnd();
  }

  private static Path change(Path folder, String type, Change change) throws IOException {
    Path target = folder.resolve("inmesh-agent.jar");
    String changed = "inst/" + type.replace('.', '/') + ".classdata";
    boolean found = false;
    try (JarFile from = new JarFile(AGENT.toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(target))) {
      for (var entries = from.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        byte[] content = from.getInputStream(entry).readAllBytes();
        Optional<byte[]> kept = Optional.of(content);
        if (entry.getName().equals(changed)) {
          found = true;
          kept = change.of(content);
        }
        if (kept.isPresent()) {
          to.putNextEntry(new ZipEntry(entry.getName()));
          to.write(kept.get());
        }
      }
    }
    if (!found) {
      throw new IllegalStateException("the agent jar has no " + changed);
    }
    return target;
  }
}
