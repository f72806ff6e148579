package io.inmesh.instrumentation.okhttp;

import java.util.ArrayList;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.internal.connection.ConnectInterceptor;
import org.jspecify.annotations.Nullable;

/** Puts our interceptor right before the library's ConnectInterceptor. */
final class ChainAdvice {
  private final MeshInterceptor ours;

  ChainAdvice(MeshInterceptor ours) {
    this.ours = ours;
  }

  /** The list where it is the first argument of the constructor (3.x). */
  List<Interceptor> first(List<Interceptor> interceptors) {
    return with(interceptors);
  }

  /** The list where it is the second argument (4.4 and later). */
  List<Interceptor> second(@Nullable Object call, List<Interceptor> interceptors) {
    return with(interceptors);
  }

  /** Each step of a call builds its chain from the same list, so a list is changed once. */
  private List<Interceptor> with(List<Interceptor> interceptors) {
    if (interceptors instanceof Meshed) {
      return interceptors;
    }
    for (int i = 0; i < interceptors.size(); i++) {
      if (interceptors.get(i) instanceof ConnectInterceptor) {
        return new Meshed(interceptors, i, ours);
      }
    }
    return interceptors;
  }

  /** A list with our interceptor in it, known by its type. */
  private static final class Meshed extends ArrayList<Interceptor> {
    private static final long serialVersionUID = 1;

    Meshed(List<Interceptor> interceptors, int at, Interceptor ours) {
      super(interceptors.size() + 1);
      addAll(interceptors);
      add(at, ours);
    }
  }
}
