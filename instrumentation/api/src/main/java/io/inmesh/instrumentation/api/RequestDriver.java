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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
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
  private final CompletableFuture<R> result = new CompletableFuture<>();
  private final Object lock = new Object();

  private int attempt;
  private @Nullable R last;
  private boolean answered;
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
   * Sends one attempt; completes at the response head. What it throws counts as a failed attempt.
   */
  protected abstract CompletionStage<R> send(Host host, int number) throws IOException;

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

  /** Starts; completes with the response head that the app is to see. */
  public final CompletableFuture<R> start() {
    Step first;
    synchronized (lock) {
      first = flow.begin(mesh.nanoTime());
    }
    run(first);
    return result;
  }

  /** The app, or its deadline, calls the request off. */
  public final void cancelled(IOException cause) {
    synchronized (lock) {
      attempt = -1;
      stopTimers();
    }
    exchange.end(End.CANCELLED);
    result.completeExceptionally(cause);
  }

  /** The response has been handed over and is now at its end, read or not. */
  public final void ended(End how) {
    synchronized (lock) {
      stopTimers();
    }
    exchange.end(how);
  }

  private void run(Step step) {
    if (step instanceof Step.Attempt next) {
      send(next);
    } else if (step instanceof Step.Wait pause) {
      synchronized (lock) {
        wait = mesh.timers().after(pause.nanos(), () -> executor.execute(this::delayElapsed));
      }
    } else if (step instanceof Step.Forward) {
      R response = last;
      if (response != null) {
        result.complete(forward(response));
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
    CompletionStage<R> sent;
    try {
      sent = send(next.host(), next.number());
    } catch (IOException | RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    sent.whenComplete((response, failure) -> attemptEnded(next.number(), response, cause(failure)));
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
        exchange.end(End.FAILED);
        result.completeExceptionally(failure);
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
      result.completeExceptionally(nativeFailure(reply));
    } else {
      result.complete(reply(reply));
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
