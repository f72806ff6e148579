package io.inmesh.instrumentation.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What the app has written and nobody has encrypted yet, in order. It counts for the channel's
 * writability. On the event loop alone.
 */
final class OutgoingBytes {
  private final ChannelHandlerContext context;
  private final PendingWriteQueue queue;

  OutgoingBytes(ChannelHandlerContext context) {
    this.context = context;
    this.queue = new PendingWriteQueue(context);
  }

  /** Takes what a channel in clear would take, and fails the promise of anything else. */
  void add(Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf || message instanceof FileRegion) {
      queue.add(message, promise.unvoid());
    } else {
      ReferenceCountUtil.release(message);
      promise.tryFailure(
          new UnsupportedOperationException(
              "unsupported message type: " + message.getClass().getName()));
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Whether a file comes next, whose bytes are read only as the peer takes them. */
  boolean isFileNext() {
    return queue.current() instanceof FileRegion;
  }

  /**
   * Moves bytes until {@code target} is full, a file begins or nothing is left; from a file it
   * moves no other bytes.
   *
   * @return the promise of the moved bytes
   */
  ChannelPromise moveTo(ByteBuf target) {
    List<ChannelPromise> whole = new ArrayList<>(2);
    if (isFileNext()) {
      moveFile((FileRegion) queue.current(), target, whole);
    } else {
      while (target.isWritable() && queue.current() instanceof ByteBuf next) {
        target.writeBytes(next, Math.min(next.readableBytes(), target.writableBytes()));
        if (!next.isReadable()) {
          whole.add(queue.remove());
        }
      }
    }
    return whole.size() == 1 ? whole.get(0) : all(whole);
  }

  private void moveFile(FileRegion file, ByteBuf target, List<ChannelPromise> whole) {
    try {
      while (file.transferred() < file.count() && target.isWritable()) {
        if (file.transferTo(new Into(target), file.transferred()) <= 0) {
          throw new EOFException("the file ends " + (file.count() - file.transferred()) + " early");
        }
      }
      if (file.transferred() >= file.count()) {
        whole.add(queue.remove());
      }
    } catch (IOException e) {
      // As where it would have been sent in clear: its head may be on the wire.
      queue.removeAndFail(e);
      context.close();
    }
  }

  private ChannelPromise all(List<ChannelPromise> promises) {
    ChannelPromise one = context.newPromise();
    if (!promises.isEmpty()) {
      one.addListener(
          done -> {
            for (ChannelPromise promise : promises) {
              if (done.isSuccess()) {
                promise.trySuccess();
              } else {
                promise.tryFailure(done.cause());
              }
            }
          });
    }
    return one;
  }

  /** Fails all that is left. */
  void fail(Throwable cause) {
    queue.removeAndFailAll(cause);
  }

  /** Takes no more than there is room for. */
  private record Into(ByteBuf target) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) {
      int length = Math.min(source.remaining(), target.writableBytes());
      ByteBuffer part = source.slice(source.position(), length);
      target.writeBytes(part);
      source.position(source.position() + length);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
