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
    for (int i = 0; i < interceptors.size(); i++) {
      Interceptor each = interceptors.get(i);
      if (each == ours) {
        return interceptors;
      }
      if (each instanceof ConnectInterceptor) {
        List<Interceptor> more = new ArrayList<>(interceptors.size() + 1);
        more.addAll(interceptors);
        more.add(i, ours);
        return more;
      }
    }
    return interceptors;
  }
}
