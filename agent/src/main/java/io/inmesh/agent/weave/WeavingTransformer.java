package io.inmesh.agent.weave;

import io.inmesh.agent.AgentLog;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the classes of the index as the JVM loads them. Called on any thread; holds no lock of its
 * own.
 */
public final class WeavingTransformer implements ClassFileTransformer {
  private static final int FIRST_WITH_AOT_CACHE = 24;

  private final TypeIndex index;
  private final ModuleCatalog catalog;
  private final AgentLog log;
  private final boolean aot = Runtime.version().feature() >= FIRST_WITH_AOT_CACHE;

  /** Weaves what {@code index} names. */
  public WeavingTransformer(TypeIndex index, ModuleCatalog catalog, AgentLog log) {
    this.index = index;
    this.catalog = catalog;
    this.log = log;
  }

  /** Starts weaving, classes that are loaded already included. */
  public void install(Instrumentation instrumentation) {
    instrumentation.addTransformer(this, true);
    List<Class<?>> here = new ArrayList<>();
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      if (index.containsClass(loaded.getName())) {
        String type = loaded.getName().replace('.', '/');
        if (report(index.modulesFor(type), loaded.getClassLoader())) {
          here.add(loaded);
        }
      }
    }
    if (!here.isEmpty()) {
      retransform(instrumentation, here);
    }
  }

  // At once, because each time the JVM stops all threads.
  private void retransform(Instrumentation instrumentation, List<Class<?>> loaded) {
    try {
      instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
    } catch (UnmodifiableClassException | LinkageError e) {
      if (loaded.size() == 1) {
        log.warn(loaded.get(0).getName() + " is loaded already and cannot be instrumented: " + e);
        return;
      }
      for (Class<?> one : loaded) {
        retransform(instrumentation, List.of(one));
      }
    }
  }

  /** Tells of libraries that no module covers; whether any covers the class. */
  private boolean report(List<String> modules, @Nullable ClassLoader loader) {
    boolean covered = false;
    for (String name : modules) {
      if (name.startsWith(TypeIndex.UNROUTED)) {
        catalog.uncovered(name.substring(TypeIndex.UNROUTED.length()), loader);
      } else {
        covered = true;
      }
    }
    return covered;
  }

  @Override
  public byte @Nullable [] transform(
      Module module,
      @Nullable ClassLoader loader,
      @Nullable String type,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    if (type == null) {
      return null;
    }
    List<String> modules = index.modulesFor(type);
    if (loader == getClass().getClassLoader()) {
      return null;
    }
    if (modules.isEmpty()) {
      // JDK 25 leaves woven classes out of an AOT cache, yet not the lambdas of their nest mates:
      // the JVM that reads the cache ends with a SIGSEGV. What a transformer returns is left out.
      return aot && index.hasNestHost(type) ? bytes : null;
    }
    if (!report(modules, loader)) {
      return null;
    }
    byte[] woven = null;
    for (String name : modules) {
      if (name.startsWith(TypeIndex.UNROUTED)) {
        continue;
      }
      byte[] next = weave(name, module, loader, type, woven == null ? bytes : woven);
      woven = next == null ? woven : next;
    }
    return woven;
  }

  /** Null when the module stays off; the guard still sees its connections. */
  private byte @Nullable [] weave(
      String moduleClass,
      Module javaModule,
      @Nullable ClassLoader loader,
      String type,
      byte[] bytes) {
    LibraryCopy library = null;
    try {
      library = LibraryCopy.with(type, catalog.module(moduleClass));
      ModuleCheck.Files files = path -> open(javaModule, loader, path);
      if (!catalog.active(library, loader, files)) {
        return null;
      }
      return new Weaver(library.module().name(), library.relocation(), library.hooksOf(type), files)
          .weave(bytes);
    } catch (Weaver.IncompatibleClass e) {
      catalog.disable(library, loader, String.valueOf(e.getMessage()));
      return null;
    } catch (Throwable failure) {
      // An exception from here would be swallowed by the JVM without a word.
      log.error("cannot instrument " + type.replace('/', '.'), failure);
      if (library != null) {
        catalog.disable(
            library, loader, "instrumenting " + type.replace('/', '.') + " failed: " + failure);
      }
      return null;
    }
  }

  /** A module finds its own files alone; those of other modules are found by its loader. */
  private static @Nullable InputStream open(
      Module module, @Nullable ClassLoader loader, String path) throws IOException {
    InputStream own = module.isNamed() ? module.getResourceAsStream(path) : null;
    if (own != null) {
      return own;
    }
    return loader == null
        ? ClassLoader.getSystemResourceAsStream(path)
        : loader.getResourceAsStream(path);
  }
}
