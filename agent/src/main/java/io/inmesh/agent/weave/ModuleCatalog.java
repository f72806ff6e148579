package io.inmesh.agent.weave;

import io.inmesh.agent.AgentLog;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.LibraryModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The library modules, and what became of each in every class loader that holds its library.
 * Thread-safe.
 */
public final class ModuleCatalog {
  /** Where the references of a module stand in the agent jar; its class name follows. */
  public static final String REFERENCES = "META-INF/inmesh/references/";

  /** Stands for the boot loader, which is null. */
  private static final ClassLoader BOOT = new ClassLoader(null) {};

  /** Of a library that is not there. */
  private static final Sighting NONE =
      new Sighting("none", "", "", Optional.of("it is not there"), "");

  private final Set<String> switchedOff;
  private final Function<String, byte @Nullable []> agentFiles;
  private final AgentLog log;
  private final Map<String, LibraryModule> byClass = new HashMap<>();
  private final Map<ClassLoader, Map<String, Sighting>> seen = new WeakHashMap<>();

  /**
   * One library found in one class loader.
   *
   * @param reason why it is not routed; empty if it is
   */
  public record Sighting(
      String module, String library, String version, Optional<String> reason, String loader) {
    /** True if the module is active there. */
    public boolean routed() {
      return reason.isEmpty();
    }
  }

  /**
   * @param switchedOff names of modules that the settings turn off
   * @param agentFiles content of the agent jar
   */
  public ModuleCatalog(
      Set<String> switchedOff, Function<String, byte @Nullable []> agentFiles, AgentLog log) {
    this.switchedOff = Set.copyOf(switchedOff);
    this.agentFiles = agentFiles;
    this.log = log;
  }

  /** The module with this class name, loaded at its first use. */
  public synchronized LibraryModule module(String className) {
    LibraryModule module = byClass.get(className);
    if (module == null) {
      try {
        module =
            Class.forName(className, true, getClass().getClassLoader())
                .asSubclass(LibraryModule.class)
                .getDeclaredConstructor()
                .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the agent jar lacks module " + className, e);
      }
      byClass.put(className, module);
    }
    return module;
  }

  /** The module with this name, if it has been loaded. */
  public synchronized Optional<LibraryModule> named(String name) {
    return byClass.values().stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /** Decides, once for each copy and loader, whether the module is active there. */
  synchronized boolean active(
      LibraryCopy copy, @Nullable ClassLoader loader, ModuleCheck.Files files) {
    LibraryModule module = copy.module();
    Map<String, Sighting> here =
        seen.computeIfAbsent(loader == null ? BOOT : loader, unused -> new HashMap<>());
    Sighting sighting = here.get(copy.key());
    if (sighting == null) {
      long started = System.nanoTime();
      ModuleCheck.Verdict verdict =
          switchedOff.contains(module.name())
              ? new ModuleCheck.Verdict("unknown", Optional.of("switched off by the settings"))
              : new ModuleCheck(files, copy.relocation()).check(module, references(module));
      if (!verdict.present()) {
        here.put(copy.key(), NONE);
        return false;
      }
      sighting =
          new Sighting(
              module.name(),
              copy.library(),
              verdict.version(),
              verdict.problem(),
              loader == null ? "boot" : describe(loader));
      here.put(copy.key(), sighting);
      log.debug(
          copy.library()
              + " in "
              + sighting.loader()
              + " checked in "
              + (System.nanoTime() - started) / 1_000
              + " us");
      Sighting said = sighting;
      sighting
          .reason()
          .ifPresent(
              reason ->
                  log.warn(said.library() + " " + said.version() + " is not routed: " + reason));
    }
    return sighting.routed();
  }

  private byte[] references(LibraryModule module) {
    String path = REFERENCES + module.getClass().getName();
    byte[] references = agentFiles.apply(path);
    if (references == null) {
      throw new IllegalStateException("the agent jar has no " + path);
    }
    return references;
  }

  /** Turns a module off where it turned out not to fit after all. */
  synchronized void disable(LibraryCopy copy, @Nullable ClassLoader loader, String reason) {
    Map<String, Sighting> here =
        seen.computeIfAbsent(loader == null ? BOOT : loader, unused -> new HashMap<>());
    Sighting old = here.get(copy.key());
    here.put(
        copy.key(),
        new Sighting(
            copy.module().name(),
            copy.library(),
            old == null ? "unknown" : old.version(),
            Optional.of(reason),
            loader == null ? "boot" : describe(loader)));
    log.warn(copy.library() + " is not routed: " + reason);
  }

  /** A known library was seen that no module covers. */
  synchronized void uncovered(String library, @Nullable ClassLoader loader) {
    seen.computeIfAbsent(loader == null ? BOOT : loader, unused -> new HashMap<>())
        .putIfAbsent(
            library,
            new Sighting(
                "none",
                library,
                "unknown",
                Optional.of("no module covers it yet"),
                loader == null ? "boot" : describe(loader)));
  }

  /**
   * True if the class belongs to a library that a module routes in that class loader: it stands in
   * a package of which the module hooks a type.
   */
  public synchronized boolean routes(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    Map<String, Sighting> here = seen.get(loader == null ? BOOT : loader);
    if (here == null) {
      return false;
    }
    String prefix = type.getPackageName().replace('.', '/') + '/';
    for (LibraryModule module : byClass.values()) {
      if (decides(module)) {
        for (LibraryCopy copy : LibraryCopy.all(module)) {
          Sighting sighting = here.get(copy.key());
          if (sighting != null && sighting.routed() && copy.connectsFrom(prefix)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * True if the class belongs to a server whose module sees to what it accepts: it stands in a
   * package of which the module hooks a type, or below one.
   */
  public synchronized boolean accepts(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    Map<String, Sighting> here = seen.get(loader == null ? BOOT : loader);
    if (here == null) {
      return false;
    }
    String prefix = type.getPackageName().replace('.', '/') + '/';
    for (LibraryModule module : byClass.values()) {
      if (module.capabilities().contains(Capability.ACCEPT_TLS)) {
        for (LibraryCopy copy : LibraryCopy.all(module)) {
          Sighting sighting = here.get(copy.key());
          if (sighting != null && sighting.routed() && copy.acceptsFrom(prefix)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * A server module decides about nothing that its app calls, and one whose library connects by
   * another decides nothing about connections.
   */
  private static boolean decides(LibraryModule module) {
    return module.capabilities().containsAll(Set.of(Capability.ROUTE, Capability.CONNECT_TLS));
  }

  private static boolean isLate(LibraryModule module) {
    return module.isWovenLate();
  }

  /**
   * Every library seen so far, sorted by name; what is woven late is one only where it cannot work.
   */
  public synchronized List<Sighting> sightings() {
    List<Sighting> all = new ArrayList<>();
    seen.values().forEach(here -> all.addAll(here.values()));
    all.removeIf(NONE::equals);
    for (LibraryModule module : byClass.values()) {
      if (isLate(module)) {
        all.removeIf(s -> s.module().equals(module.name()) && s.routed());
      }
    }
    all.sort((a, b) -> (a.library() + a.loader()).compareTo(b.library() + b.loader()));
    return all;
  }

  private static String describe(ClassLoader loader) {
    String name = loader.getName();
    return name != null ? name : loader.getClass().getName();
  }
}
