package io.inmesh.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** Reads a response to its end and keeps nothing of it. */
final class Discard extends SimpleChannelInboundHandler<HttpObject> {
  private @Nullable End end;
  private boolean keepAlive;
  private boolean informational;
  private boolean kept;
  private boolean used;

  /** Hears of the end of a response. */
  @FunctionalInterface
  interface End {
    /**
     * Called once.
     *
     * @param answered whether the response is complete
     * @param reusable whether the connection can take another request
     */
    void reached(boolean answered, boolean reusable);
  }

  void expect(End next) {
    end = next;
    used = true;
  }

  /** Whether the connection is kept for the first time. */
  boolean firstKept() {
    boolean first = !kept;
    kept = true;
    return first;
  }

  /** Whether a request went over the connection since this was asked last. */
  boolean wasUsed() {
    boolean before = used;
    used = false;
    return before;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      finish(false);
      context.close();
      return;
    }
    if (part instanceof HttpResponse response) {
      keepAlive = HttpUtil.isKeepAlive(response);
      int status = response.status().code();
      informational = status < 200 && status != 101;
    }
    if (part instanceof LastHttpContent && !informational) {
      finish(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    finish(false);
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    finish(false);
    context.close();
  }

  private void finish(boolean answered) {
    End waiting = end;
    end = null;
    if (waiting != null) {
      waiting.reached(answered, keepAlive);
    }
  }
}
