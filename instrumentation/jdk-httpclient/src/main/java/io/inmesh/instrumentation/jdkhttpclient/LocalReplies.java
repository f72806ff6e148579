package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.LocalReply;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** Envoy's answers as normal responses of the library. */
final class LocalReplies {
  private LocalReplies() {}

  /** The response head of a reply. */
  static Object head(Internals internals, HttpRequest request, Object exchange, LocalReply reply) {
    return internals.response(
        request, exchange, headers(reply), reply.status(), HttpClient.Version.HTTP_1_1);
  }

  /**
   * Feeds the body of a reply to the app's handler, as the library would feed one from the wire.
   */
  static <T> CompletableFuture<T> body(LocalReply reply, HttpResponse.BodyHandler<T> handler) {
    HttpResponse.BodySubscriber<T> subscriber =
        handler.apply(new ReplyInfo(reply.status(), headers(reply), HttpClient.Version.HTTP_1_1));
    subscriber.onSubscribe(new OneBody(reply.body(), subscriber));
    return subscriber.getBody().toCompletableFuture();
  }

  private static HttpHeaders headers(LocalReply reply) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (LocalReply.Header header : reply.headers()) {
      headers.computeIfAbsent(header.name(), unused -> new ArrayList<>()).add(header.value());
    }
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  private record ReplyInfo(int statusCode, HttpHeaders headers, HttpClient.Version version)
      implements HttpResponse.ResponseInfo {}

  private static final class OneBody implements Flow.Subscription {
    private final String body;
    private final Flow.Subscriber<? super List<ByteBuffer>> subscriber;
    private final AtomicBoolean done = new AtomicBoolean();

    OneBody(String body, Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
      this.body = body;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0 || done.getAndSet(true)) {
        return;
      }
      if (!body.isEmpty()) {
        subscriber.onNext(
            List.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer()));
      }
      subscriber.onComplete();
    }

    @Override
    public void cancel() {
      done.set(true);
    }
  }
}
