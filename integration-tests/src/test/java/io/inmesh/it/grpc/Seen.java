package io.inmesh.it.grpc;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the app sees of one call. */
final class Seen {
  static final CallOptions.Key<@Nullable Seen> KEY = CallOptions.Key.create("seen");

  /** What its interceptor has sent, as it stands after the call. */
  final Metadata sent;

  final Metadata received = new Metadata();
  final List<byte[]> messages = new CopyOnWriteArrayList<>();
  volatile Status status = Status.OK;

  Seen(Metadata sent) {
    this.sent = sent;
  }
}
