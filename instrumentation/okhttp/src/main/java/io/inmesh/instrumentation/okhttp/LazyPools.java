package io.inmesh.instrumentation.okhttp;

import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** {@link PoolInternals} from when something is to be closed: no call waits until they are made. */
final class LazyPools {
  private final MethodHandles.Lookup site;
  private @Nullable PoolInternals made;

  /**
   * @param site lookup of a class of the library
   */
  LazyPools(MethodHandles.Lookup site) {
    this.site = site;
  }

  synchronized PoolInternals get() {
    PoolInternals internals = made;
    if (internals == null) {
      try {
        internals = new PoolInternals(site);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      made = internals;
    }
    return internals;
  }
}
