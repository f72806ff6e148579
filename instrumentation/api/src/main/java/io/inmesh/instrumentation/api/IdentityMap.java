package io.inmesh.instrumentation.api;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hangs something of the mesh on an object of the library: compared by identity and held weakly,
 * since a class that is loaded already cannot be given a field. Thread-safe; a lookup takes no
 * lock.
 */
public final class IdentityMap<K, V> {
  private final ConcurrentHashMap<Object, V> values = new ConcurrentHashMap<>();
  private final ReferenceQueue<K> queue = new ReferenceQueue<>();
  private final Consumer<V> abandoned;

  /**
   * @param abandoned gets the values whose key was collected without being removed
   */
  public IdentityMap(Consumer<V> abandoned) {
    this.abandoned = abandoned;
  }

  /** The value of {@code key}, or null. */
  public @Nullable V get(K key) {
    return values.get(new Probe(key));
  }

  /** Sets the value of {@code key}. */
  public void put(K key, V value) {
    expunge();
    values.put(new Key<>(key, queue), value);
  }

  /** Removes and returns the value of {@code key}, or null. */
  public @Nullable V remove(K key) {
    return values.remove(new Probe(key));
  }

  /** How many keys are held. */
  public int size() {
    expunge();
    return values.size();
  }

  private void expunge() {
    for (Reference<? extends K> gone = queue.poll(); gone != null; gone = queue.poll()) {
      V value = values.remove(gone);
      if (value != null) {
        abandoned.accept(value);
      }
    }
  }

  private static final class Key<K> extends WeakReference<K> {
    private final int hash;

    Key(K key, ReferenceQueue<K> queue) {
      super(key, queue);
      this.hash = System.identityHashCode(key);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Probe probe && probe.key == get())
          || (other instanceof Key<?> key && key.get() == get() && get() != null);
    }
  }

  private static final class Probe {
    private final Object key;

    Probe(Object key) {
      this.key = key;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key<?> held && held.get() == key;
    }
  }
}
