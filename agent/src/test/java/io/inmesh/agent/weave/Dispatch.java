package io.inmesh.agent.weave;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Puts the dispatcher into this JVM, with a linker that finds advice as static methods. */
final class Dispatch implements AutoCloseable {
  private static final String NAME = "java.lang.MeshDispatcher";

  private final Class<?> dispatcher;

  private Dispatch(Class<?> dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Links each site to the static method of that name in {@code advice}; closing ends it. */
  static Dispatch to(Class<?> advice) throws ReflectiveOperationException, IOException {
    Dispatch dispatch = new Dispatch(dispatcher());
    MethodHandle linker =
        MethodHandles.lookup()
            .findStatic(
                Dispatch.class,
                "link",
                MethodType.methodType(
                    CallSite.class,
                    Class.class,
                    MethodHandles.Lookup.class,
                    String.class,
                    MethodType.class,
                    Object[].class));
    dispatch.dispatcher.getField("linker").set(null, linker.bindTo(advice).asFixedArity());
    return dispatch;
  }

  static CallSite link(
      Class<?> advice,
      MethodHandles.Lookup caller,
      String name,
      MethodType type,
      Object[] arguments)
      throws ReflectiveOperationException {
    return new ConstantCallSite(MethodHandles.lookup().findStatic(advice, name, type));
  }

  private static Class<?> dispatcher() throws ReflectiveOperationException, IOException {
    try {
      return Class.forName(NAME, true, null);
    } catch (ClassNotFoundException notYet) {
      try (InputStream in =
          Dispatch.class.getResourceAsStream("/" + NAME.replace('.', '/') + ".class")) {
        return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup())
            .defineClass(in.readAllBytes());
      }
    }
  }

  @Override
  public void close() throws ReflectiveOperationException {
    dispatcher.getField("linker").set(null, null);
  }
}
