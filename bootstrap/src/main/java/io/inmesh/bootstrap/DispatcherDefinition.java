package io.inmesh.bootstrap;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Defines {@code java.lang.MeshDispatcher}. Not by a bootstrap append: that makes the JVM drop its
 * shared archive of application classes (CDS). {@code -Dinmesh.bootstrap-append=true} brings the
 * append back for a JVM that forbids the other way (OpenJ9).
 */
final class DispatcherDefinition {
  private static final String NAME = "java.lang.MeshDispatcher";

  private DispatcherDefinition() {}

  /** True when an agent already owns the dispatcher of this process. */
  static boolean inCharge() throws ReflectiveOperationException {
    Class<?> present = find();
    return present != null && present.getField("linker").get(null) != null;
  }

  /** Returns the dispatcher class, defining it from {@code bytes} unless an earlier agent did. */
  static Class<?> define(Instrumentation instrumentation, byte[] bytes)
      throws IOException, ReflectiveOperationException {
    Class<?> present = find();
    if (present != null) {
      return present;
    }
    if (Boolean.getBoolean("inmesh.bootstrap-append")) {
      append(instrumentation, bytes);
      return Class.forName(NAME, false, null);
    }
    Module own = DispatcherDefinition.class.getModule();
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang", Set.of(own)),
        Set.of(),
        Map.of());
    return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup()).defineClass(bytes);
  }

  private static @Nullable Class<?> find() {
    try {
      return Class.forName(NAME, false, null);
    } catch (ClassNotFoundException absent) {
      return null;
    }
  }

  private static void append(Instrumentation instrumentation, byte[] bytes) throws IOException {
    File jar = File.createTempFile("inmesh-dispatcher", ".jar");
    jar.deleteOnExit();
    try (JarOutputStream out = new JarOutputStream(new FileOutputStream(jar))) {
      out.putNextEntry(new JarEntry(NAME.replace('.', '/') + ".class"));
      out.write(bytes);
    }
    instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(jar));
  }
}
