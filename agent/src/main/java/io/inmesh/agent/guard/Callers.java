package io.inmesh.agent.guard;

import io.inmesh.agent.weave.ModuleCatalog;
import java.util.Iterator;
import java.util.Optional;

/** Who is about to connect. A walk takes microseconds, and a connection costs more than one. */
final class Callers {
  private static final String ADVICE = "io.inmesh.instrumentation.sockets.";
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Callers() {}

  /** The first class outside the JDK; empty if a module has decided about the connection. */
  static Optional<String> outsideAnyModule(ModuleCatalog catalog) {
    return WALKER.walk(frames -> caller(frames.iterator(), catalog));
  }

  private static Optional<String> caller(
      Iterator<StackWalker.StackFrame> frames, ModuleCatalog catalog) {
    String first = "";
    while (frames.hasNext()) {
      Class<?> type = frames.next().getDeclaringClass();
      if (catalog.routes(type)) {
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
        || type.getName().startsWith(ADVICE);
  }
}
