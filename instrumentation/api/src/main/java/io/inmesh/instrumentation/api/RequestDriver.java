package io.inmesh.instrumentation.api;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.Step;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.instrumentation.api.Exchange.End;
import io.inmesh.instrumentation.api.Timers.Cancellable;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Drives one request of a library through the engine's {@link RequestFlow}: starts attempts, keeps
 * the timers, and hands the library one response. A library module says how an attempt is sent, cut
 * and discarded, and how a local reply looks; everything else is here, the same for every library.
 *
 * <p>Events come from any thread; one lock serialises them, and no method of the library is called
 * while it is held.
 *
 * @param <R> the library's response head
 */
public abstract class RequestDriver<R> {
  private final Mesh mesh;
  private final RequestFlow flow;
  private final Exchange exchange;
  private final Executor executor;
  private final Object lock = new Object();

  private int attempt;
  private @Nullable R last;
  private boolean answered;
  private boolean finished;
  private @Nullable Cancellable wait;
  private @Nullable Cancellable perTry;
  private @Nullable Cancellable whole;

  /**
   * @param executor runs what follows a timer: library code must not run on the agent's threads
   */
  protected RequestDriver(Mesh mesh, RequestFlow flow, Exchange exchange, Executor executor) {
    this.mesh = mesh;
    this.flow = flow;
    this.exchange = exchange;
    this.executor = executor;
  }

  /**
   * Sends one attempt, whose response head or failure is then reported once, with the same number,
   * to {@link #responded} or {@link #failed}: by events and not by a future, whose stages would be
   * most of what a request costs. What it throws counts as a failed attempt.
   */
  protected abstract void send(Host host, int number) throws IOException;

  /** Hands the app its response head; at most once, and not after {@link #fail}. */
  protected abstract void deliver(R response);

  /** Tells the app that there is no response; at most once, and not after {@link #deliver}. */
  protected abstract void fail(Throwable failure);

  /** The status of a response. */
  protected abstract int status(R response);

  /** The headers of a response. */
  protected abstract ResponseHeadView head(R response);

  /** Drops a response that the app will not see, so that its connection can be used again. */
  protected abstract void discard(R response);

  /**
   * Ends whatever the current attempt is doing, its response body included. Called on the agent's
   * timer: what may run code of the app goes to an executor of the library.
   */
  protected abstract void abort(IOException cause);

  /** The response with the route's changes to its head. */
  protected abstract R forward(R response);

  /** A response of the library that says what the mesh answers. */
  protected abstract R reply(LocalReply reply);

  /**
   * Which of Envoy's reset reasons a failure is, or null if it is not the upstream's doing (the app
   * cancelled, or the library's own limits): the app then gets the failure itself.
   */
  protected abstract @Nullable ResetReason resetReason(Throwable failure);

  /** Whether the app, or its own deadline, has called the request off. */
  protected abstract boolean isCancelled();

  /**
   * The library's own exception for a failure that Envoy would answer, for {@code failures=native}.
   */
  protected abstract IOException nativeFailure(LocalReply reply);

  /** The flow that is driven. */
  protected final RequestFlow flow() {
    return flow;
  }

  /** The record of the request. */
  public final Exchange exchange() {
    return exchange;
  }

  /** Starts; ends in {@link #deliver} or {@link #fail}. */
  public final void start() {
    Step first;
    synchronized (lock) {
      first = flow.begin(mesh.nanoTime());
    }
    run(first);
  }

  /** The head of an attempt's response is here. */
  protected final void responded(int number, R response) {
    attemptEnded(number, response, null);
  }

  /** An attempt ended without a response. */
  protected final void failed(int number, Throwable failure) {
    attemptEnded(number, null, cause(failure));
  }

  /** The app, or its deadline, calls the request off. */
  public final void cancelled(IOException cause) {
    synchronized (lock) {
      attempt = -1;
      stopTimers();
    }
    exchange.end(End.CANCELLED);
    finish(null, cause);
  }

  /** The response has been handed over and is now at its end, read or not. */
  public final void ended(End how) {
    synchronized (lock) {
      stopTimers();
    }
    exchange.end(how);
  }

  /** What goes wrong in here fails the request: nothing is sent on by half a decision. */
  private void run(Step step) {
    try {
      carryOut(step);
    } catch (RuntimeException e) {
      exchange.end(End.FAILED);
      finish(null, e);
    }
  }

  private void carryOut(Step step) {
    if (step instanceof Step.Attempt next) {
      send(next);
    } else if (step instanceof Step.Wait pause) {
      synchronized (lock) {
        wait = mesh.timers().after(pause.nanos(), () -> executor.execute(this::delayElapsed));
      }
    } else if (step instanceof Step.Forward) {
      R response = last;
      if (response != null) {
        finish(forward(response), null);
      }
    } else if (step instanceof Step.Reply answer) {
      answer(answer.reply());
    } else if (step instanceof Step.Cut cut) {
      abort(new IOException("the mesh ended the response: " + cut.details()));
      exchange.end(End.FAILED);
    }
  }

  private void send(Step.Attempt next) {
    R before;
    synchronized (lock) {
      if (attempt < 0) {
        return;
      }
      attempt = next.number();
      before = last;
      last = null;
      startWholeTimer();
      if (next.perTryTimeoutNanos() > 0) {
        perTry = mesh.timers().after(next.perTryTimeoutNanos(), () -> perTryElapsed(next.number()));
      }
    }
    if (before != null) {
      discard(before);
    }
    try {
      send(next.host(), next.number());
    } catch (IOException | RuntimeException e) {
      failed(next.number(), e);
    }
  }

  /**
   * A body that can be sent again counts as received when its first attempt starts; so the route's
   * timeout starts here.
   */
  private void startWholeTimer() {
    if (whole == null) {
      flow.onRequestSent(mesh.nanoTime());
      long limit = flow.timeoutNanos();
      whole = limit > 0 ? mesh.timers().after(limit, this::wholeTimeElapsed) : () -> {};
    }
  }

  private void attemptEnded(int number, @Nullable R response, @Nullable Throwable failure) {
    Step step;
    ResetReason reason = failure == null ? null : resetReason(failure);
    synchronized (lock) {
      boolean current = number == attempt && !answered;
      if (current) {
        cancel(perTry);
        if (response != null) {
          last = response;
          step = flow.onResponse(status(response), head(response), mesh.nanoTime());
        } else if (reason != null) {
          step = flow.onReset(reason, String.valueOf(failure), mesh.nanoTime());
        } else {
          step = new Step.Nothing();
          attempt = -1;
          stopTimers();
        }
      } else {
        step = new Step.Nothing();
      }
      answered |= step instanceof Step.Forward || step instanceof Step.Reply;
      if (!current) {
        reason = ResetReason.LOCAL_RESET;
      }
    }
    if (step instanceof Step.Nothing) {
      if (response != null) {
        discard(response);
      } else if (reason == null && failure != null) {
        exchange.end(isCancelled() ? End.CANCELLED : End.FAILED);
        finish(null, failure);
      }
      return;
    }
    run(step);
  }

  private void delayElapsed() {
    Step step;
    synchronized (lock) {
      if (attempt < 0 || answered) {
        return;
      }
      step = flow.onDelayElapsed(mesh.nanoTime());
      answered |= step instanceof Step.Reply;
    }
    run(step);
  }

  private void perTryElapsed(int number) {
    timeout(number, true);
  }

  private void wholeTimeElapsed() {
    timeout(0, false);
  }

  private void timeout(int number, boolean perTryTimeout) {
    Step step;
    synchronized (lock) {
      if (attempt < 0 || (perTryTimeout && (number != attempt || answered))) {
        return;
      }
      step =
          perTryTimeout ? flow.onPerTryTimeout(mesh.nanoTime()) : flow.onTimeout(mesh.nanoTime());
      if (step instanceof Step.Nothing) {
        return;
      }
      // Whatever the attempt still reports comes too late.
      attempt = step instanceof Step.Cut ? attempt : 0;
      answered |= step instanceof Step.Reply;
    }
    abort(new IOException("the mesh's timeout has elapsed"));
    if (step instanceof Step.Cut) {
      exchange.end(End.FAILED);
    } else {
      executor.execute(() -> run(step));
    }
  }

  private void answer(LocalReply reply) {
    R before;
    synchronized (lock) {
      stopTimers();
      before = last;
      last = null;
    }
    if (before != null) {
      discard(before);
    }
    if (mesh.nativeFailures() && reply.cause() != LocalReply.Cause.NONE) {
      exchange.end(End.LOCAL_REPLY);
      finish(null, nativeFailure(reply));
    } else {
      finish(reply(reply), null);
    }
  }

  private void finish(@Nullable R response, @Nullable Throwable failure) {
    synchronized (lock) {
      if (finished) {
        return;
      }
      finished = true;
    }
    if (response != null) {
      deliver(response);
    } else if (failure != null) {
      fail(failure);
    }
  }

  private void stopTimers() {
    cancel(wait);
    cancel(perTry);
    cancel(whole);
  }

  private static void cancel(@Nullable Cancellable timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
