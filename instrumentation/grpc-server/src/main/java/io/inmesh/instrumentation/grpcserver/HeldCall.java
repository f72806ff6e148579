package io.inmesh.instrumentation.grpcserver;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that the mesh delays: what happens to it meanwhile is told to whoever takes it. No message
 * comes, because nobody has asked for one. Thread-safe.
 */
final class HeldCall<Q> extends ServerCall.Listener<Q> {
  private final List<Consumer<ServerCall.Listener<Q>>> events = new ArrayList<>();
  private ServerCall.@Nullable Listener<Q> taken;
  private boolean over;

  /** The delay has passed; a call that is over meanwhile is not started. */
  synchronized void start(Supplier<ServerCall.Listener<Q>> call) {
    if (over) {
      return;
    }
    ServerCall.Listener<Q> listener = call.get();
    taken = listener;
    events.forEach(event -> event.accept(listener));
    events.clear();
  }

  private synchronized void tell(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> listener = taken;
    if (listener == null) {
      events.add(event);
    } else {
      event.accept(listener);
    }
  }

  @Override
  public void onMessage(Q message) {
    tell(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    tell(ServerCall.Listener::onHalfClose);
  }

  @Override
  public synchronized void onCancel() {
    over = taken == null;
    tell(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    tell(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    tell(ServerCall.Listener::onReady);
  }
}
