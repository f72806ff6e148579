package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks about each request of one connection. A caller may send the next before it has an answer;
 * what the mesh answers or delays holds those behind it, so that answers keep the order of the
 * requests. On the channel's event loop alone; whatever is not HTTP passes.
 */
final class RequestHandler extends ChannelDuplexHandler {
  static final String NAME = "inmesh-requests";

  /** Set by whoever accepts connections; absent where the mesh has nothing to do with one. */
  static final AttributeKey<InboundConnection> CONNECTION =
      AttributeKey.valueOf(InboundConnection.class.getName());

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FIRST_FINAL = 200;

  /** Requests that the app has and has not answered to the end, in order. */
  private final Deque<ServedRequest> served = new ArrayDeque<>();

  /** What has come behind a request that is held. */
  private final Deque<Object> behind = new ArrayDeque<>();

  private @Nullable HttpRequest held;

  /** What the mesh answers once the app has answered all before. */
  private Admission.@Nullable Answered answer;

  private @Nullable ServedRequest upgraded;
  private boolean discarding;
  private boolean closing;
  private boolean readAsked;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (held != null) {
      behind.add(message);
    } else {
      take(context, message);
    }
  }

  private void take(ChannelHandlerContext context, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      discarding = false;
      InboundConnection connection = context.channel().attr(CONNECTION).get();
      if (connection == null || isTheAppsToAnswer(connection, request)) {
        served.add(ServedRequest.UNTOUCHED);
        context.fireChannelRead(message);
      } else {
        decide(context, connection, request);
      }
    } else if (discarding && message instanceof HttpContent content) {
      content.release();
    } else {
      context.fireChannelRead(message);
    }
  }

  /** Half a head is nothing to ask about; where nothing is refused the app says what it thinks. */
  private static boolean isTheAppsToAnswer(InboundConnection connection, HttpRequest request) {
    return request.decoderResult().isFailure() && !connection.acts();
  }

  private void decide(
      ChannelHandlerContext context, InboundConnection connection, HttpRequest request) {
    held = request;
    if (request.decoderResult().isFailure()) {
      // Half a head is nothing to decide by.
      answer(context, MeshAnswers.BAD_REQUEST);
      return;
    }
    int port =
        context.channel().localAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    follow(
        context, connection.admit(new NettyRequestHead(request, port), NettyHttpModule.NAME), port);
  }

  private void follow(ChannelHandlerContext context, Admission admission, int port) {
    HttpRequest request = held;
    if (request == null) {
      return;
    }
    if (admission instanceof Admission.Delayed delayed) {
      context
          .executor()
          .schedule(
              () -> {
                follow(context, delayed.next().get(), port);
                goOn(context);
              },
              delayed.nanos(),
              TimeUnit.NANOSECONDS);
    } else if (admission instanceof Admission.Answered answered) {
      answer(context, answered);
    } else {
      held = null;
      if (admission instanceof Admission.Admitted admitted) {
        admitted.editRequest(new NettyHeadEditor(request));
        served.add(new ServedRequest(admitted));
      } else {
        served.add(ServedRequest.UNTOUCHED);
      }
      context.fireChannelRead(request);
    }
  }

  /** At once, or when the app has answered what came before. */
  private void answer(ChannelHandlerContext context, Admission.Answered answered) {
    HttpRequest request = held;
    if (request == null) {
      return;
    }
    if (!served.isEmpty()) {
      answer = answered;
      return;
    }
    answer = null;
    held = null;
    discarding = true;
    FullHttpResponse response = MeshAnswers.response(request, answered);
    closing = MeshAnswers.closes(request, answered);
    ReferenceCountUtil.release(request);
    ChannelFuture written = context.writeAndFlush(response);
    if (closing) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Takes what was held behind, as far as nothing holds it again. */
  private void goOn(ChannelHandlerContext context) {
    boolean any = false;
    while (held == null) {
      Object next = behind.poll();
      if (next == null) {
        break;
      }
      any = true;
      take(context, next);
    }
    if (any) {
      context.fireChannelReadComplete();
    }
    if (held == null && readAsked) {
      readAsked = false;
      context.read();
    }
  }

  /** Who reads on demand has asked for what is answered and dropped here, and gets nothing. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (discarding && !closing && held == null && !context.channel().config().isAutoRead()) {
      context.read();
    }
  }

  /** While a request is held nothing more is read: what is behind it takes memory. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (held == null) {
      context.read();
    } else {
      readAsked = true;
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    Object sent = message;
    ServedRequest current = served.peek();
    if (current == null) {
      context.write(sent, promise);
      return;
    }
    if (message instanceof HttpResponse response
        && (response.status().code() >= FIRST_FINAL
            || response.status().code() == SWITCHING_PROTOCOLS)) {
      HttpResponse edited = current.respond(response);
      // Those that the app has behind it are answered first.
      if (served.size() == 1
          && current.isLast()
          && response.status().code() != SWITCHING_PROTOCOLS) {
        HttpUtil.setKeepAlive(edited, false);
        closing = true;
      }
      sent = edited;
    }
    if (!(message instanceof LastHttpContent) || isInterim(message)) {
      context.write(sent, promise);
      return;
    }
    served.remove();
    if (message instanceof HttpResponse response
        && response.status().code() == SWITCHING_PROTOCOLS) {
      upgraded = current;
      context.write(sent, promise);
    } else {
      ChannelFuture written = context.write(sent, promise.unvoid().addListener(current));
      if (closing) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
    }
    Admission.Answered next = answer;
    if (next != null) {
      answer(context, next);
      goOn(context);
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().code() < FIRST_FINAL
        && response.status().code() != SWITCHING_PROTOCOLS;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    over();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    over();
  }

  private void over() {
    for (ServedRequest request : served) {
      request.cut();
    }
    served.clear();
    if (upgraded != null) {
      upgraded.ended(Exchange.End.COMPLETE);
      upgraded = null;
    }
    ReferenceCountUtil.release(held);
    held = null;
    answer = null;
    for (Object message : behind) {
      ReferenceCountUtil.release(message);
    }
    behind.clear();
  }
}
