package io.inmesh.agent.link;

import io.inmesh.instrumentation.api.Relocation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds the advice and helpers of one library module for one copy of the library.
 *
 * <p>A name is looked up in three places, in this order: the module's own package, defined here
 * from the agent jar; the agent's {@code engine}, {@code tls} and {@code instrumentation.api};
 * everything else where the library itself would find it. So advice links against exactly the
 * classes that the library uses, fat jars and OSGi included, and the app sees none of it.
 */
final class ModuleClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final String ownPackage;
  private final ClassLoader agent;
  private final ClassLoader library;
  private final Relocation copy;
  private final Function<String, byte @Nullable []> files;

  /**
   * @param ownPackage the module's package, with a dot at the end
   * @param library the loader of the instrumented class; null for the JDK
   * @param copy what the library's names are in this copy; the module's classes are made to fit
   * @param files content of the agent jar
   */
  ModuleClassLoader(
      String ownPackage,
      ClassLoader agent,
      @Nullable ClassLoader library,
      Relocation copy,
      Function<String, byte @Nullable []> files) {
    super("inmesh-" + ownPackage, null);
    this.ownPackage = ownPackage;
    this.agent = agent;
    this.library = library == null ? ClassLoader.getPlatformClassLoader() : library;
    this.copy = copy;
    this.files = files;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(ownPackage)) {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
    return (ofAgent(name) ? agent : library).loadClass(name);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = files.apply(name.replace('.', '/') + ".classdata");
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] fitting = copy.isNone() ? bytes : Relocator.relocate(bytes, copy);
    return defineClass(name, fitting, 0, fitting.length);
  }

  private static boolean ofAgent(String name) {
    return name.startsWith("io.inmesh.engine.")
        || name.startsWith("io.inmesh.tls.")
        || name.startsWith("io.inmesh.instrumentation.api.");
  }
}
