package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.LocalReply;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Hook;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the library turns to the body of the response that the app is to see. */
final class BodyAdvice {
  private final Internals internals;
  private final Hops hops;

  BodyAdvice(Internals internals, Hops hops) {
    this.internals = internals;
    this.hops = hops;
  }

  /** {@code Exchange.readBodyAsync(BodyHandler)}: gives a local reply's own body. */
  @Nullable Object readLocalReply(Object exchange, HttpResponse.BodyHandler<?> handler) {
    HttpRequest request = internals.request(exchange);
    Hop hop = hops.get(request);
    LocalReply reply = hop == null ? null : hop.reply;
    return reply == null ? null : LocalReplies.body(reply, handler);
  }

  /** The same method's argument: the handler, with an ear for the end of the body. */
  HttpResponse.BodyHandler<?> observe(Object exchange, HttpResponse.BodyHandler<?> handler) {
    HttpRequest request = internals.request(exchange);
    Hop hop = hops.get(request);
    return hop == null ? handler : observed(handler, request, hop);
  }

  /** {@code Exchange.nullBody}: a response that may not have a body. */
  @Nullable Object noBody(Object exchange) {
    HttpRequest request = internals.request(exchange);
    Hop hop = hops.get(request);
    boolean local = hop != null && hop.reply != null;
    hops.close(request, Exchange.End.COMPLETE);
    return local ? Hook.Skip.VOID : null;
  }

  private <T> HttpResponse.BodyHandler<T> observed(
      HttpResponse.BodyHandler<T> handler, HttpRequest request, Hop hop) {
    return info -> {
      HttpResponse.BodySubscriber<T> subscriber = handler.apply(info);
      CompletableFuture<T> body = subscriber.getBody().toCompletableFuture();
      if (isOfTheLibrary(subscriber) && !body.isDone()) {
        hop.received(contentLength(info.headers()));
        body.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                hops.close(request, Exchange.End.FAILED);
              }
            });
        // The app must not learn of the end first: its next call may need the place of this one.
        return internals.mapping(
            subscriber,
            value -> {
              hops.close(request, Exchange.End.COMPLETE);
              return value;
            });
      }
      return new ObservedBody<>(subscriber, hops, request, hop);
    };
  }

  /** By hand, because HttpHeaders.firstValueAsLong costs a stream. */
  private static long contentLength(HttpHeaders headers) {
    List<String> values = headers.map().get("content-length");
    try {
      return values == null || values.isEmpty() ? 0 : Long.parseLong(values.get(0));
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  /**
   * The library's own subscribers that give the body when it is complete are left as they are: a
   * wrapped one would cost a change of threads, which the library makes for strangers.
   */
  private static boolean isOfTheLibrary(HttpResponse.BodySubscriber<?> subscriber) {
    return subscriber.getClass().getName().startsWith("jdk.internal.net.http.");
  }
}
