package io.inmesh.instrumentation.grpc;

import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.util.function.Consumer;

/**
 * The app's listener, told by whichever attempt there is: one callback at a time, in the app's own
 * context, closed once. Runs callbacks on the thread that brings them, unless another is at it.
 */
final class AppListener<B> extends ClientCall.Listener<B> {
  private final ClientCall.Listener<B> app;
  private final Context context;
  private final Consumer<Throwable> failed;
  private final SynchronizationContext serial;
  private boolean closed;
  private boolean broken;

  /**
   * @param context in which the app has made the call
   * @param failed hears what a callback of the app throws, after which only the end is told
   */
  AppListener(ClientCall.Listener<B> app, Context context, Consumer<Throwable> failed) {
    this.app = app;
    this.context = context;
    this.failed = failed;
    this.serial = new SynchronizationContext((thread, thrown) -> thrown(thrown));
  }

  @Override
  public void onHeaders(Metadata headers) {
    tell(() -> app.onHeaders(headers));
  }

  @Override
  public void onMessage(B message) {
    tell(() -> app.onMessage(message));
  }

  @Override
  public void onReady() {
    tell(app::onReady);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    serial.execute(
        () -> {
          if (!closed) {
            closed = true;
            context.run(() -> app.onClose(status, trailers));
          }
        });
  }

  private void tell(Runnable callback) {
    serial.execute(
        () -> {
          if (!closed && !broken) {
            context.run(callback);
          }
        });
  }

  private void thrown(Throwable thrown) {
    if (closed) {
      // Nothing is left to be told; the library logs it.
      throw thrown instanceof Error error ? error : unchecked(thrown);
    }
    broken = true;
    failed.accept(thrown);
  }

  private static Error unchecked(Throwable thrown) {
    if (thrown instanceof RuntimeException runtime) {
      throw runtime;
    }
    throw new IllegalStateException(thrown);
  }
}
