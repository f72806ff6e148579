package io.inmesh.instrumentation.jdkhttpclient;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a request's body from its publisher, beside the library, up to a limit. */
final class BodyCopy implements Flow.Subscriber<ByteBuffer> {
  private final long limit;
  private final Consumer<ByteBuffer> taker;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private long size;

  BodyCopy(long limit, Consumer<ByteBuffer> taker) {
    this.limit = limit;
    this.taker = taker;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ByteBuffer part) {
    size += part.remaining();
    if (size > limit) {
      parts.clear();
      if (subscription != null) {
        subscription.cancel();
      }
      return;
    }
    // The publisher may use its buffer again.
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    parts.add(ByteBuffer.wrap(bytes));
  }

  @Override
  public void onError(Throwable failure) {
    // The attempt itself will meet the same failure and report it.
    parts.clear();
  }

  @Override
  public void onComplete() {
    if (size > limit) {
      return;
    }
    ByteBuffer whole = ByteBuffer.allocate((int) size);
    parts.forEach(whole::put);
    taker.accept(whole.flip());
  }
}
