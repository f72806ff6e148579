package io.inmesh.agent.guard;

import io.inmesh.agent.weave.ModuleCatalog;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;

/** Who is about to connect. A walk takes microseconds, and a connection costs more than one. */
final class Callers {
  private static final String ADVICE = "io.inmesh.instrumentation.sockets.";
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Callers() {}

  /** The first class outside the JDK; empty if a module has decided about the connection. */
  static Optional<String> outsideAnyModule(ModuleCatalog catalog) {
    return WALKER.walk(frames -> first(frames.iterator(), catalog::routes));
  }

  /** The same of who accepts one. */
  static Optional<String> acceptingOutsideAnyModule(ModuleCatalog catalog) {
    return WALKER.walk(frames -> first(frames.iterator(), catalog::accepts));
  }

  private static Optional<String> first(
      Iterator<StackWalker.StackFrame> frames, Predicate<Class<?>> decided) {
    String first = "";
    while (frames.hasNext()) {
      Class<?> type = frames.next().getDeclaringClass();
      if (decided.test(type)) {
        return Optional.empty();
      }
      if (first.isEmpty() && !ofJdk(type.getName()) && !ofGuard(type)) {
        first = type.getName();
      }
    }
    return Optional.of(first.isEmpty() ? "the JDK" : first);
  }

  private static boolean ofJdk(String type) {
    return type.startsWith("java.") || type.startsWith("sun.") || type.startsWith("jdk.");
  }

  private static boolean ofGuard(Class<?> type) {
    return type == Callers.class
        || type == OutboundGuard.class
        || type == InboundGuard.class
        || type.getName().startsWith(ADVICE);
  }
}
