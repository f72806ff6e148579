package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection, each a property of its stream: asks about them, and answers those
 * that the app must not see. On the channel's event loop alone.
 */
final class Requests extends Http2ConnectionAdapter {
  /** The module that admits requests over HTTP/1.1 looks for it, by its name. */
  static final AttributeKey<Requests> OF_CHANNEL = AttributeKey.valueOf("inmesh-http2");

  /** Set by whoever accepts connections; absent where the mesh has nothing to do with one. */
  static final AttributeKey<InboundConnection> CONNECTION =
      AttributeKey.valueOf(InboundConnection.class.getName());

  private final Http2ConnectionHandler handler;
  private final ChannelHandlerContext context;
  private final Http2Connection.PropertyKey ofStream;
  private @Nullable RequestListener listener;
  private boolean goingAway;

  Requests(Http2ConnectionHandler handler, ChannelHandlerContext context) {
    this.handler = handler;
    this.context = context;
    this.ofStream = handler.connection().newKey();
    handler.connection().addListener(this);
  }

  /** Stands before whatever listens to the connection's frames now. */
  void listen() {
    Http2FrameListener current = handler.decoder().frameListener();
    if (current != null && current != listener) {
      listener = new RequestListener(this, current);
      handler.decoder().frameListener(listener);
    }
  }

  /** The request of a stream; null where nobody was asked about it. */
  @Nullable Request of(int streamId) {
    Http2Stream stream = handler.connection().stream(streamId);
    return stream == null ? null : of(stream);
  }

  private @Nullable Request of(Http2Stream stream) {
    return stream.getProperty(ofStream);
  }

  /**
   * The request that these headers belong to, which they begin or end.
   *
   * @return null where the mesh has nothing to do with it
   */
  @Nullable Request headers(int streamId, Http2Headers headers) {
    Http2Stream stream = handler.connection().stream(streamId);
    if (stream == null) {
      throw new IllegalStateException("headers of no stream: " + streamId);
    }
    Request known = of(stream);
    if (known != null) {
      return known;
    }
    InboundConnection connection = context.channel().attr(CONNECTION).get();
    if (connection == null) {
      return null;
    }
    Request request = new Request();
    stream.setProperty(ofStream, request);
    follow(
        stream,
        request,
        headers,
        connection.admit(new Http2RequestHead(headers, port()), NettyHttp2Module.NAME));
    return request;
  }

  private int port() {
    return context.channel().localAddress() instanceof InetSocketAddress local
        ? local.getPort()
        : 0;
  }

  private void follow(
      Http2Stream stream, Request request, Http2Headers headers, Admission admission) {
    if (admission instanceof Admission.Delayed delayed) {
      context
          .executor()
          .schedule(
              () -> {
                follow(stream, request, headers, delayed.next().get());
                letGo(stream, request);
              },
              delayed.nanos(),
              TimeUnit.NANOSECONDS);
    } else if (admission instanceof Admission.Answered answered) {
      request.refuse();
      answer(stream, answered);
    } else {
      request.admit(admission instanceof Admission.Admitted admitted ? admitted : null, headers);
    }
  }

  /**
   * What still comes of the request is dropped, as over HTTP/1.1. Envoy resets the stream, upon
   * which the JDK's client waits for good and others take no notice of the answer.
   */
  private void answer(Http2Stream stream, Admission.Answered answered) {
    if (stream.state().localSideOpen()) {
      MeshAnswer.write(handler.encoder(), context, stream.id(), answered.reply());
      handler.flush(context);
    }
    if (answered.close()) {
      goAway();
    }
  }

  /** Gives the app what was held if it is the app's, and the sender the room that it took. */
  private void letGo(Http2Stream stream, Request request) {
    RequestListener ours = listener;
    HeldFrame frame = request.nextHeld();
    if (ours == null || frame == null) {
      return;
    }
    try {
      for (; frame != null; frame = request.nextHeld()) {
        int consumed = request.isTheApps() ? frame.pass(ours.app()) : frame.drop();
        if (consumed > 0) {
          handler.decoder().flowController().consumeBytes(stream, consumed);
        }
      }
      context.fireChannelReadComplete();
    } catch (Http2Exception | RuntimeException e) {
      handler.onError(context, false, e);
    }
    handler.flush(context);
  }

  /** Headers are about to be sent; returns what is sent instead. */
  Http2Headers respond(int streamId, Http2Headers headers) {
    Request request = of(streamId);
    if (request == null || !request.isAnsweredBy(headers)) {
      return headers;
    }
    Http2Headers edited = request.respond(headers);
    if (request.isLast()) {
      goAway();
    }
    return edited;
  }

  /** Tells the caller, and closes when the streams under way have ended; the library waits. */
  private void goAway() {
    if (!goingAway) {
      goingAway = true;
      Channel channel = context.channel();
      channel.eventLoop().execute(() -> channel.close());
    }
  }

  @Override
  public void onStreamHalfClosed(Http2Stream stream) {
    Request request = of(stream);
    if (request != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
      request.ended(Exchange.End.COMPLETE);
    }
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Request request = of(stream);
    if (request != null) {
      request.over(stream.isResetSent() || !context.channel().isActive());
    }
  }
}
