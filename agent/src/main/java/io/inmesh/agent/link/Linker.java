package io.inmesh.agent.link;

import io.inmesh.agent.AgentLog;
import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Relocation;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects each call site to its advice, once, when the JVM first runs it. The static arguments of
 * a site are {@code echo, module, advice class, purpose, relocation}; see {@code MeshDispatcher}.
 * Thread-safe.
 */
public final class Linker {
  private static final ClassLoader JDK = ClassLoader.getPlatformClassLoader();

  private final Function<String, byte @Nullable []> files;
  private final Supplier<Map<Class<?>, Object>> services;
  private final Instrumentation instrumentation;
  private final AgentLog log;
  private final Map<ClassLoader, Map<String, AdviceInstances>> modules = new WeakHashMap<>();

  /**
   * @param files content of the agent jar
   * @param services what the constructors of advice may ask for, by type; asked when the first
   *     advice is linked
   * @param instrumentation lets advice name the internals of a library that is a named module
   */
  public Linker(
      Function<String, byte @Nullable []> files,
      Supplier<Map<Class<?>, Object>> services,
      Instrumentation instrumentation,
      AgentLog log) {
    this.files = files;
    this.services = services;
    this.instrumentation = instrumentation;
    this.log = log;
  }

  /** This linker in the form that the dispatcher takes. */
  public MethodHandle handle() throws ReflectiveOperationException {
    return MethodHandles.lookup()
        .findVirtual(
            Linker.class,
            "link",
            MethodType.methodType(
                CallSite.class,
                MethodHandles.Lookup.class,
                String.class,
                MethodType.class,
                Object[].class))
        .bindTo(this)
        .asFixedArity();
  }

  /** Links one site; never throws, since an error here would surface inside the app. */
  CallSite link(MethodHandles.Lookup caller, String method, MethodType type, Object[] arguments) {
    int echo = (Integer) arguments[0];
    String module = (String) arguments[1];
    String advice = (String) arguments[2];
    Advice purpose = Advice.values()[(Integer) arguments[3]];
    Relocation copy = Relocation.parse((String) arguments[4]);
    String name = module + " " + advice.substring(advice.lastIndexOf('.') + 1) + "." + method;
    AdviceTemplate template = new AdviceTemplate(name, purpose, type, echo, log);
    try {
      Object instance = instances(caller, module, advice, copy).instance(advice);
      return new MutableCallSite(template.guard(target(instance, method, type)));
    } catch (Throwable failure) {
      log.error("advice " + name + " cannot be linked", failure);
      return new MutableCallSite(template.unlinked(failure));
    }
  }

  private AdviceInstances instances(
      MethodHandles.Lookup caller, String module, String advice, Relocation copy) {
    ClassLoader library = caller.lookupClass().getClassLoader();
    synchronized (modules) {
      return modules
          .computeIfAbsent(library == null ? JDK : library, unused -> new HashMap<>())
          .computeIfAbsent(module + " " + copy, unused -> create(caller, library, advice, copy));
    }
  }

  private AdviceInstances create(
      MethodHandles.Lookup caller, @Nullable ClassLoader library, String advice, Relocation copy) {
    ModuleClassLoader loader =
        new ModuleClassLoader(
            advice.substring(0, advice.lastIndexOf('.') + 1),
            getClass().getClassLoader(),
            library,
            copy,
            files);
    Module home = caller.lookupClass().getModule();
    if (home.isNamed() && !ofJdk(library)) {
      export(home, loader.getUnnamedModule());
    }
    Map<Class<?>, Object> given = new HashMap<>(services.get());
    // Full access to the library's package, so that helpers reach internals without any reflection
    // being opened.
    given.put(MethodHandles.Lookup.class, caller);
    return new AdviceInstances(loader, given);
  }

  /** Advice for the JDK reaches internals by its lookup alone: nothing of the JDK is exported. */
  private static boolean ofJdk(@Nullable ClassLoader library) {
    return library == null || library == JDK;
  }

  private void export(Module library, Module advice) {
    Map<String, Set<Module>> exports = new HashMap<>();
    for (String name : library.getPackages()) {
      exports.put(name, Set.of(advice));
    }
    instrumentation.redefineModule(library, Set.of(), exports, Map.of(), Set.of(), Map.of());
  }

  /** Advice may leave out trailing parameters that it does not need. */
  private static MethodHandle target(Object instance, String name, MethodType type)
      throws ReflectiveOperationException {
    for (Method method : instance.getClass().getDeclaredMethods()) {
      if (method.getName().equals(name)
          && !method.isSynthetic()
          && !Modifier.isStatic(method.getModifiers())) {
        MethodHandle bound =
            MethodHandles.privateLookupIn(instance.getClass(), MethodHandles.lookup())
                .unreflect(method)
                .bindTo(instance);
        int taken = bound.type().parameterCount();
        if (taken < type.parameterCount()) {
          bound =
              MethodHandles.dropArguments(
                  bound, taken, type.parameterList().subList(taken, type.parameterCount()));
        }
        return bound.asType(type);
      }
    }
    throw new NoSuchMethodException(instance.getClass().getName() + "." + name);
  }
}
