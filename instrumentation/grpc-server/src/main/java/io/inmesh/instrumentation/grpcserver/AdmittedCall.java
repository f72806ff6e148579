package io.inmesh.instrumentation.grpcserver;

import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.netty.channel.Channel;

/** A call that the app has. Used as the call that it stands for. */
final class AdmittedCall<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
  private static final int OK = 200;

  private final Admission.Admitted admitted;
  private final Channel channel;
  private boolean responded;

  AdmittedCall(ServerCall<Q, A> call, Admission.Admitted admitted, Channel channel) {
    super(call);
    this.admitted = admitted;
    this.channel = channel;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    respond(headers);
    super.sendHeaders(headers);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    // Of a response without headers the trailers are its only head.
    respond(trailers);
    super.close(status, trailers);
  }

  private void respond(Metadata head) {
    if (!responded) {
      responded = true;
      admitted.editResponse(OK, new MetadataEditor(head));
      if (admitted.isLast()) {
        GoAway.on(channel);
      }
    }
  }

  /** Hears of its end beside the app. */
  ServerCall.Listener<Q> listener(ServerCall.Listener<Q> ofTheApp) {
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(ofTheApp) {
      @Override
      public void onComplete() {
        admitted.ended(Exchange.End.COMPLETE);
        super.onComplete();
      }

      @Override
      public void onCancel() {
        admitted.ended(Exchange.End.CANCELLED);
        super.onCancel();
      }
    };
  }
}
