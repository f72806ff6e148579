package io.inmesh.upstream;

import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.TransportSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of requests over HTTP/1.1, each once, and discards what is answered. Bounded: what
 * exceeds {@link #MAX_COPIES} or {@link #MAX_BYTES} under way is dropped, and nothing ever waits.
 * Thread-safe; the thread starts with the first copy.
 */
public final class MirrorSender implements AutoCloseable {
  /** Copies under way at once. */
  public static final int MAX_COPIES = 256;

  /** Bytes of bodies under way at once. */
  public static final long MAX_BYTES = 16L << 20;

  private static final String THREAD = "inmesh-io";
  // A copy without a timeout of its own must not stay for ever.
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong copies = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Object lock = new Object();
  private @Nullable EventLoopGroup group;
  private @Nullable Connections connections;
  private boolean closed;

  /**
   * Sends a copy.
   *
   * @param body not to be changed afterwards
   */
  public void send(MirrorRequest copy, ByteBuffer body) {
    boolean spoken =
        copy.host().transportSocket() instanceof TransportSocket.RawBuffer
            && copy.protocol() != Cluster.Protocol.HTTP2;
    long size = body.remaining();
    if (!spoken || !reserve(size)) {
      dropped.increment();
      return;
    }
    if (!copy.start()) {
      over(size, false);
      return;
    }
    try {
      FullHttpRequest request = request(copy, body);
      long limit = copy.timeoutNanos();
      long nanos = limit > 0 ? Math.min(limit, LONGEST_NANOS) : LONGEST_NANOS;
      connections()
          .send(copy.host().endpoint(), request, nanos, delivered -> over(copy, size, delivered));
    } catch (IllegalArgumentException | IllegalStateException | RejectedExecutionException e) {
      // A header that HTTP/1.1 cannot write, or the end of the process.
      over(copy, size, false);
    }
  }

  /** Copies that were answered. */
  public long sent() {
    return sent.sum();
  }

  /** Copies that were not sent, or not answered. */
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public void close() {
    EventLoopGroup running;
    synchronized (lock) {
      closed = true;
      running = group;
    }
    if (running != null) {
      running.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private Connections connections() {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      if (connections == null) {
        group = OwnLoop.named(THREAD);
        connections = new Connections(group, new UnpooledByteBufAllocator(false, true));
      }
      return connections;
    }
  }

  private boolean reserve(long size) {
    if (copies.incrementAndGet() > MAX_COPIES) {
      copies.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > MAX_BYTES) {
      bytes.addAndGet(-size);
      copies.decrementAndGet();
      return false;
    }
    return true;
  }

  private void over(MirrorRequest copy, long size, boolean delivered) {
    copy.end();
    over(size, delivered);
  }

  private void over(long size, boolean delivered) {
    copies.decrementAndGet();
    bytes.addAndGet(-size);
    (delivered ? sent : dropped).increment();
  }

  private static FullHttpRequest request(MirrorRequest copy, ByteBuffer body) {
    ByteBuf content = Unpooled.wrappedBuffer(body.duplicate());
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(copy.method()), copy.path(), content);
    request.headers().set(HttpHeaderNames.HOST, copy.authority());
    copy.headers().forEach(header -> request.headers().add(header.name(), header.value()));
    boolean bodiless = copy.method().equals("GET") || copy.method().equals("HEAD");
    if (body.hasRemaining() || !bodiless) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.remaining());
    }
    return request;
  }
}
