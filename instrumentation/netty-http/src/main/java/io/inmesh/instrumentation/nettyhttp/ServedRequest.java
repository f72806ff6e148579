package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import org.jspecify.annotations.Nullable;

/** A request that the app has; hears when its response has been sent. On the event loop. */
final class ServedRequest implements ChannelFutureListener {
  /** One that the mesh has nothing to do with. */
  static final ServedRequest UNTOUCHED = new ServedRequest(null);

  private final Admission.@Nullable Admitted admitted;
  private boolean responded;

  ServedRequest(Admission.@Nullable Admitted admitted) {
    this.admitted = admitted;
  }

  /** The head of its response is about to be sent; returns what is sent instead. */
  HttpResponse respond(HttpResponse response) {
    Admission.Admitted app = admitted;
    if (app == null || responded) {
      return response;
    }
    responded = true;
    HttpResponse changeable = changeable(response);
    if (changeable != null) {
      app.editResponse(response.status().code(), new NettyHeaderEditor(changeable.headers()));
    }
    return changeable == null ? response : changeable;
  }

  /** Apps may send one response many times, and then its headers take no more. */
  private static @Nullable HttpResponse changeable(HttpResponse response) {
    if (!(response.headers() instanceof ReadOnlyHttpHeaders)) {
      return response;
    }
    if (response instanceof FullHttpResponse full) {
      FullHttpResponse copy = full.replace(full.content());
      copy.headers().clear().set(response.headers());
      return copy;
    }
    if (response.getClass() != DefaultHttpResponse.class) {
      return null;
    }
    DefaultHttpResponse copy =
        new DefaultHttpResponse(response.protocolVersion(), response.status());
    copy.headers().set(response.headers());
    return copy;
  }

  /** Whether the connection is to end with its response. */
  boolean isLast() {
    return admitted != null && admitted.isLast();
  }

  @Override
  public void operationComplete(ChannelFuture sent) {
    ended(sent.isSuccess() ? Exchange.End.COMPLETE : Exchange.End.FAILED);
  }

  /** The connection has ended before its response. */
  void cut() {
    ended(responded ? Exchange.End.FAILED : Exchange.End.CANCELLED);
  }

  void ended(Exchange.End how) {
    if (admitted != null) {
      admitted.ended(how);
    }
  }
}
