package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.ReplayBudget;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body of {@code BodyPublishers.fromPublisher}, of which nobody promises that it can be had
 * twice. From {@link #keep} on it is kept while it is sent, so that a retry can send it again; one
 * that outgrows its limit, or whose sending breaks off, is not. Otherwise it is the app's publisher
 * and nothing else.
 */
final class KeptBody implements HttpRequest.BodyPublisher {
  private final HttpRequest.BodyPublisher app;
  private final Object lock = new Object();
  private @Nullable Copy copy;
  private boolean begun;
  private boolean complete;

  KeptBody(HttpRequest.BodyPublisher app) {
    this.app = app;
  }

  /** What is kept; touched under the lock, and no more once the body is complete. */
  private static final class Copy {
    final long limit;
    final ReplayBudget.Share share;
    final Runnable lost;
    final List<byte[]> parts = new ArrayList<>();
    @Nullable Consumer<ByteBuffer> taker;
    long size;

    Copy(long limit, ReplayBudget.Share share, Runnable lost) {
      this.limit = limit;
      this.share = share;
      this.lost = lost;
    }

    boolean add(ByteBuffer part) {
      // The publisher may use its buffer again.
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      parts.add(bytes);
      size += bytes.length;
      return size <= limit && share.growTo(size);
    }

    ByteBuffer whole() {
      ByteBuffer whole = ByteBuffer.allocate((int) size);
      parts.forEach(whole::put);
      return whole.flip();
    }
  }

  @Override
  public long contentLength() {
    return app.contentLength();
  }

  /**
   * What is sent from now on is kept.
   *
   * @param limit bytes that the route lets be kept
   * @param lost told once the body cannot be sent again
   * @return false where it has been sent before: it may not be there another time
   */
  boolean keep(long limit, ReplayBudget.Share share, Runnable lost) {
    synchronized (lock) {
      if (!begun) {
        copy = new Copy(limit, share, lost);
      }
      return !begun;
    }
  }

  /** Who gets the whole body when it has been sent and kept. */
  void onComplete(Consumer<ByteBuffer> taker) {
    synchronized (lock) {
      if (copy != null) {
        copy.taker = taker;
      }
    }
  }

  /**
   * An attempt has ended; what it has sent in part only cannot be had again.
   *
   * @return whether another attempt can send the body
   */
  boolean isThere() {
    synchronized (lock) {
      if (!begun || (complete && copy != null)) {
        return true;
      }
    }
    lose();
    return false;
  }

  /** There will be no other attempt. */
  void forget() {
    Copy kept = take();
    if (kept != null) {
      kept.share.release();
    }
  }

  private void lose() {
    Copy kept = take();
    if (kept != null) {
      kept.share.release();
      kept.lost.run();
    }
  }

  private @Nullable Copy take() {
    synchronized (lock) {
      Copy kept = copy;
      copy = null;
      return kept;
    }
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Copy kept;
    boolean again;
    synchronized (lock) {
      kept = copy;
      again = complete;
      begun = true;
    }
    if (kept == null) {
      app.subscribe(subscriber);
    } else if (again) {
      HttpRequest.BodyPublishers.ofByteArrays(kept.parts).subscribe(subscriber);
    } else {
      app.subscribe(new Tee(subscriber));
    }
  }

  /** Copies what passes. */
  private final class Tee implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> library;

    Tee(Flow.Subscriber<? super ByteBuffer> library) {
      this.library = library;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      library.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer part) {
      boolean kept;
      synchronized (lock) {
        kept = copy == null || copy.add(part);
      }
      if (!kept) {
        lose();
      }
      library.onNext(part);
    }

    @Override
    public void onError(Throwable failure) {
      lose();
      library.onError(failure);
    }

    @Override
    public void onComplete() {
      Consumer<ByteBuffer> taker = null;
      ByteBuffer whole = null;
      synchronized (lock) {
        complete = true;
        if (copy != null && copy.taker != null) {
          taker = copy.taker;
          whole = copy.whole();
        }
      }
      if (taker != null && whole != null) {
        taker.accept(whole);
      }
      library.onComplete();
    }
  }
}
