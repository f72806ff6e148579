package io.inmesh.agent.guard;

import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is about to connect, or accepts: the nearest class that is not of the JDK. Whoever called it
 * from further away did not: a library runs its app's interceptors, too. A walk takes microseconds,
 * and a connection costs more than one.
 */
final class Callers {
  private static final String ADVICE = "io.inmesh.instrumentation.sockets.";
  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  // With hidden frames: of a method reference the app has no other.
  private static final StackWalker WALKER =
      StackWalker.getInstance(
          Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES));

  private final Predicate<Class<?>> decided;

  /**
   * @param decided tells classes of libraries whose modules see to their connections, some of which
   *     are of the JDK
   */
  Callers(Predicate<Class<?>> decided) {
    this.decided = decided;
  }

  /** Its name; empty if a module has decided about the connection. */
  Optional<String> outsideAnyModule() {
    return WALKER.walk(frames -> nearest(frames.iterator()));
  }

  private Optional<String> nearest(Iterator<StackWalker.StackFrame> frames) {
    while (frames.hasNext()) {
      Class<?> type = frames.next().getDeclaringClass();
      if (decided.test(type)) {
        return Optional.empty();
      }
      if (!ofJdk(type) && !ofGuard(type)) {
        return Optional.of(type.isHidden() ? type.getNestHost().getName() : type.getName());
      }
    }
    return Optional.of("the JDK");
  }

  /** By its loader, since apps have packages such as com.sun.mail; accessors are made anywhere. */
  private static boolean ofJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null
        || loader == PLATFORM
        || type.getName().startsWith("jdk.internal.reflect.");
  }

  private static boolean ofGuard(Class<?> type) {
    return type == Callers.class
        || type == OutboundGuard.class
        || type == InboundGuard.class
        || type.getName().startsWith(ADVICE);
  }
}
