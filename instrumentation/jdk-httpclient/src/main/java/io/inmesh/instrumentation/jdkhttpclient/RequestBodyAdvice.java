package io.inmesh.instrumentation.jdkhttpclient;

import java.net.http.HttpRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the library takes the body of the app's request, once for each call. */
final class RequestBodyAdvice {
  /** {@code ImmutableHttpRequest.bodyPublisher()}. */
  @Nullable Object body(@Nullable Object given, Object request) {
    return given instanceof Optional<?> body
            && body.isPresent()
            && body.get() instanceof HttpRequest.BodyPublisher publisher
            && publisher.getClass().getSimpleName().equals("PublisherAdapter")
        ? Optional.of(new KeptBody(publisher))
        : given;
  }
}
