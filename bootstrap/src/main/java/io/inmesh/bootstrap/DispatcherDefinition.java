package io.inmesh.bootstrap;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Defines {@code java.lang.MeshDispatcher}. Not by a bootstrap append: that makes the JVM drop its
 * shared archive of application classes (CDS), and since modules it cannot add to {@code java.lang}
 * at all. {@code -Dinmesh.dispatcher=internal} takes another way for a JVM that refuses the public
 * one.
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
      throws ReflectiveOperationException {
    Class<?> present = find();
    if (present != null) {
      return present;
    }
    if ("internal".equals(System.getProperty("inmesh.dispatcher"))) {
      return defineInternally(instrumentation, bytes);
    }
    open(instrumentation, "java.lang");
    return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup()).defineClass(bytes);
  }

  private static Class<?> defineInternally(Instrumentation instrumentation, byte[] bytes)
      throws ReflectiveOperationException {
    open(instrumentation, "jdk.internal.misc");
    Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
    Method define =
        unsafe.getMethod(
            "defineClass",
            String.class,
            byte[].class,
            int.class,
            int.class,
            ClassLoader.class,
            ProtectionDomain.class);
    Object one = unsafe.getMethod("getUnsafe").invoke(null);
    return (Class<?>) define.invoke(one, NAME, bytes, 0, bytes.length, null, null);
  }

  private static void open(Instrumentation instrumentation, String name) {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of(name, Set.of(DispatcherDefinition.class.getModule())),
        Set.of(),
        Map.of());
  }

  private static @Nullable Class<?> find() {
    try {
      return Class.forName(NAME, false, null);
    } catch (ClassNotFoundException absent) {
      return null;
    }
  }
}
