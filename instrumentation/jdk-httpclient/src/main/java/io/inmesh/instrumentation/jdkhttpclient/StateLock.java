package io.inmesh.instrumentation.jdkhttpclient;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The lock that guards an object of the library: the object itself in JDK 17, later a field. */
final class StateLock {
  private static final String FIELD = "stateLock";

  /** {@code (Object) -> Lock}, or null where the object itself is the lock. */
  private final @Nullable MethodHandle lock;

  /**
   * @param guarded a method of the class that takes the lock
   * @throws NoSuchFieldException if it takes neither of the two
   */
  StateLock(MethodHandles.Lookup in, Class<?> type, String guarded, Class<?>... parameters)
      throws ReflectiveOperationException {
    lock =
        Modifier.isSynchronized(type.getDeclaredMethod(guarded, parameters).getModifiers())
            ? null
            : in.findGetter(type, FIELD, ReentrantLock.class)
                .asType(MethodType.methodType(Lock.class, Object.class));
  }

  /** Asks while nobody else changes {@code object}. */
  boolean whileHeld(Object object, BooleanSupplier question) throws Throwable {
    if (lock == null) {
      synchronized (object) {
        return question.getAsBoolean();
      }
    }
    Lock held = (Lock) lock.invokeExact(object);
    held.lock();
    try {
      return question.getAsBoolean();
    } finally {
      held.unlock();
    }
  }
}
