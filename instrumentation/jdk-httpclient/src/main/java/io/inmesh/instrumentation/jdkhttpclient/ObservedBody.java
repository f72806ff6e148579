package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.Exchange;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The app's subscriber, listened to: bytes and the end of the body go to the record of the request.
 */
final class ObservedBody<T> implements HttpResponse.BodySubscriber<T> {
  private final HttpResponse.BodySubscriber<T> app;
  private final Hops hops;
  private final HttpRequest request;
  private final Hop hop;

  ObservedBody(HttpResponse.BodySubscriber<T> app, Hops hops, HttpRequest request, Hop hop) {
    this.app = app;
    this.hops = hops;
    this.request = request;
    this.hop = hop;
  }

  @Override
  public CompletionStage<T> getBody() {
    return app.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    app.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            subscription.request(n);
          }

          @Override
          public void cancel() {
            hops.close(request, Exchange.End.CANCELLED);
            subscription.cancel();
          }
        });
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    hop.received(bytes);
    app.onNext(buffers);
  }

  @Override
  public void onError(Throwable failure) {
    hops.close(request, Exchange.End.FAILED);
    app.onError(failure);
  }

  @Override
  public void onComplete() {
    hops.close(request, Exchange.End.COMPLETE);
    app.onComplete();
  }
}
