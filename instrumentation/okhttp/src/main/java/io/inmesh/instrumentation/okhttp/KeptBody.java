package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.ReplayBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ForwardingSink;
import okio.Okio;
import okio.Sink;
import org.jspecify.annotations.Nullable;

/**
 * A body that the app can write once, kept while it is written so that a retry can send it again.
 * One that outgrows its limit, the process's or whose writing fails is not kept. Written by one
 * attempt at a time.
 */
final class KeptBody extends RequestBody {
  private final RequestBody body;
  private final long limit;
  private final ReplayBudget.Share share;
  private final Runnable lost;
  private volatile @Nullable Buffer kept = new Buffer();
  private @Nullable Consumer<ByteBuffer> taker;
  private boolean complete;

  /**
   * @param limit bytes that the route lets be kept
   * @param lost told once the body cannot be sent again
   */
  KeptBody(RequestBody body, long limit, ReplayBudget.Share share, Runnable lost) {
    this.body = body;
    this.limit = limit;
    this.share = share;
    this.lost = lost;
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() throws IOException {
    return body.contentLength();
  }

  /** To the library it is the app's: what repeats it is the mesh alone. */
  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    Buffer whole = kept;
    if (complete && whole != null) {
      Buffer again = new Buffer();
      whole.copyTo(again, 0, whole.size());
      sink.write(again, again.size());
      return;
    }
    BufferedSink tee = Okio.buffer(new Tee(sink));
    try {
      body.writeTo(tee);
      tee.emit();
      complete = true;
    } finally {
      if (!complete) {
        lose();
      }
    }
    Consumer<ByteBuffer> mirrors = taker;
    Buffer sent = kept;
    if (mirrors != null && sent != null) {
      mirrors.accept(ByteBuffer.wrap(sent.snapshot().toByteArray()));
    }
  }

  /** Who gets the whole body when it has been sent and kept; told before it is written. */
  void onComplete(Consumer<ByteBuffer> whole) {
    taker = whole;
  }

  /** There will be no other attempt; any thread. */
  void forget() {
    kept = null;
    share.release();
  }

  private void lose() {
    if (kept != null) {
      forget();
      lost.run();
    }
  }

  /** Copies what passes. */
  private final class Tee extends ForwardingSink {
    Tee(Sink sink) {
      super(sink);
    }

    @Override
    public void write(Buffer source, long count) throws IOException {
      Buffer copy = kept;
      if (copy != null) {
        if (copy.size() + count <= limit && share.growTo(copy.size() + count)) {
          source.copyTo(copy, 0, count);
        } else {
          lose();
        }
      }
      super.write(source, count);
    }
  }
}
