package io.inmesh.instrumentation.api;

import org.jspecify.annotations.Nullable;

/**
 * Internals of a library that are looked up when they are first needed, so that no call before
 * waits for it. Thread-safe.
 *
 * @param <T> what is made
 */
public final class Deferred<T> {
  /** Makes it, once. */
  public interface Maker<T> {
    T make() throws ReflectiveOperationException;
  }

  private final Maker<T> maker;
  private volatile @Nullable T made;

  public Deferred(Maker<T> maker) {
    this.maker = maker;
  }

  /**
   * What was made.
   *
   * @throws IllegalStateException where the library has no such internals
   */
  public T get() {
    T known = made;
    return known == null ? make() : known;
  }

  private synchronized T make() {
    T known = made;
    if (known == null) {
      try {
        known = maker.make();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      made = known;
    }
    return known;
  }
}
