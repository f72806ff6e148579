package io.inmesh.instrumentation.grpc;

import io.grpc.Attributes;
import io.grpc.ClientCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the app does to its call, passed on to the attempt that is under way and kept for the next.
 * Thread-safe: what the app does and what an attempt is told reach it in the same order.
 */
final class Outbox<A, B> {
  private final Object lock = new Object();
  private @Nullable List<Consumer<ClientCall<A, B>>> kept = new ArrayList<>(3);
  private @Nullable ClientCall<A, B> current;
  private int number;
  private boolean answered;
  private int requested;

  /** Passes a step of the app on, at once or when there is an attempt. */
  void add(Consumer<ClientCall<A, B>> step) {
    synchronized (lock) {
      if (kept != null) {
        kept.add(step);
      }
      if (current != null) {
        step.accept(current);
      }
    }
  }

  /** The app takes so many messages more: they are asked of whoever has answered. */
  void request(int messages) {
    synchronized (lock) {
      if (answered && current != null) {
        current.request(messages);
      } else {
        requested += messages;
      }
    }
  }

  /**
   * An attempt has started; it is told all that the app has done so far.
   *
   * @param again whether there may be another after it
   */
  void attach(int attempt, ClientCall<A, B> call, boolean again) {
    synchronized (lock) {
      List<Consumer<ClientCall<A, B>>> steps = kept;
      if (attempt <= number || steps == null) {
        return;
      }
      number = attempt;
      current = call;
      if (!again || answered) {
        kept = null;
      }
      steps.forEach(step -> step.accept(call));
      ask();
    }
  }

  /** An attempt is over: it is told nothing more. */
  void detach(int attempt) {
    synchronized (lock) {
      if (attempt >= number) {
        // One that is about to start comes too late.
        number = attempt;
        current = null;
      }
    }
  }

  /**
   * The attempt under way has answered, perhaps before it was told anything: there will be no
   * other.
   */
  void answered() {
    synchronized (lock) {
      answered = true;
      if (current != null) {
        kept = null;
      }
      ask();
    }
  }

  /** There will be no other attempt: nothing is kept any more. */
  void forget() {
    synchronized (lock) {
      kept = null;
    }
  }

  private void ask() {
    if (answered && current != null && requested > 0) {
      current.request(requested);
      requested = 0;
    }
  }

  boolean isReady() {
    ClientCall<A, B> call = current();
    return call != null && call.isReady();
  }

  Attributes attributes() {
    ClientCall<A, B> call = current();
    return call == null ? Attributes.EMPTY : call.getAttributes();
  }

  private @Nullable ClientCall<A, B> current() {
    synchronized (lock) {
      return current;
    }
  }
}
