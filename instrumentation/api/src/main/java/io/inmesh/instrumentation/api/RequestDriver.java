package io.inmesh.instrumentation.api;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.Step;
import io.inmesh.instrumentation.api.Exchange.End;
import io.inmesh.instrumentation.api.LiveAttempts.Attempt;
import io.inmesh.instrumentation.api.Timers.Cancellable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Drives one request of a library through the engine's {@link RequestFlow}: starts attempts, keeps
 * the timers, and hands the library one response. What a library does differently from others is a
 * {@link LibraryRequest}; everything else is here, the same for every library.
 *
 * <p>Events come from any thread; one lock serialises them, and no method of the library is called
 * while it is held.
 *
 * @param <R> the library's response head
 */
public abstract class RequestDriver<R> extends LibraryRequest<R> {
  private final Mesh mesh;
  private final RequestFlow flow;
  private final Exchange exchange;
  private final Executor executor;
  private final Object lock = new Object();

  private final LiveAttempts<R> attempts = new LiveAttempts<>();

  private boolean over;
  private boolean finished;
  private boolean started;
  private boolean complete = true;
  private int handedOver;
  private volatile boolean timesIdleness;
  private volatile long moved;
  private @Nullable Cancellable wait;
  private @Nullable Cancellable whole;
  private @Nullable Cancellable idle;
  private @Nullable Cancellable life;

  /**
   * @param executor runs what follows a timer: library code must not run on the agent's threads
   */
  protected RequestDriver(Mesh mesh, RequestFlow flow, Exchange exchange, Executor executor) {
    this.mesh = mesh;
    this.flow = flow;
    this.exchange = exchange;
    this.executor = executor;
  }

  /** The flow that is driven. */
  protected final RequestFlow flow() {
    return flow;
  }

  /** The record of the request. */
  public final Exchange exchange() {
    return exchange;
  }

  /**
   * The app may still be writing its request when the first attempt starts; told before {@link
   * #start}. Times that count from the end of the request wait for {@link #requestSent}.
   */
  protected final void requestStreams() {
    synchronized (lock) {
      complete = false;
      flow.requestStreams();
    }
  }

  /** The app has written all of a request that streams. */
  public final void requestSent() {
    synchronized (lock) {
      if (over || complete) {
        return;
      }
      complete = true;
      attempts.forEach(
          attempt -> {
            startWholeTimer(mesh.nanoTime());
            if (attempt.response == null) {
              attempt.perTry = tryTimer(attempt.perTryNanos, TryTime.PER_TRY, attempt);
            }
          });
    }
  }

  /** The request has outgrown what can be kept of it, or can be had once only: no retry. */
  protected final void notReplayable() {
    Step step;
    synchronized (lock) {
      if (over) {
        return;
      }
      step = flow.bodyNotReplayable(mesh.nanoTime());
    }
    run(step);
  }

  /** Starts; ends in {@link #deliver} or {@link #fail}. */
  public final void start() {
    Step first;
    synchronized (lock) {
      moved = mesh.nanoTime();
      first = flow.begin(moved);
      if (flow.streamIdleNanos() > 0) {
        idle = mesh.timers().after(flow.streamIdleNanos(), this::idleElapsed);
      }
      if (flow.streamNanos() >= 0) {
        life = mesh.timers().after(flow.streamNanos(), this::lifeElapsed);
      }
    }
    run(first);
  }

  /** Counts bytes of the response body as they arrive. */
  public final void received(long bytes) {
    exchange.received(bytes);
    if (timesIdleness) {
      moved = mesh.nanoTime();
    }
  }

  /** The head of an attempt's response is here. */
  protected final void responded(int number, R response) {
    attemptEnded(number, response, null);
  }

  /** An attempt ended without a response. */
  protected final void failed(int number, Throwable failure) {
    attemptEnded(number, null, cause(failure));
  }

  /**
   * An attempt opens a connection, which the cluster's connect timeout limits.
   *
   * @param connected completes when there is one, or none
   */
  protected final void connecting(int number, CompletionStage<?> connected) {
    Cancellable timer;
    synchronized (lock) {
      Attempt<R> attempt = attempts.find(number);
      if (attempt == null) {
        return;
      }
      timer = mesh.timers().after(attempt.connectNanos, () -> connectElapsed(attempt));
      attempt.connect = timer;
    }
    connected.whenComplete((unused, failure) -> timer.cancel());
  }

  /** The app, or its deadline, calls the request off. */
  public final void cancelled(IOException cause) {
    List<Attempt<R>> live;
    synchronized (lock) {
      live = close();
    }
    for (Attempt<R> attempt : live) {
      abort(attempt.number, cause);
    }
    exchange.end(End.CANCELLED);
    finish(null, cause);
  }

  /** The response has been handed over and is now at its end, read or not. */
  public final void ended(End how) {
    synchronized (lock) {
      List<Attempt<R>> unused = close();
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
        if (!over) {
          LiveAttempts.cancel(wait);
          wait = mesh.timers().after(pause.nanos(), () -> executor.execute(this::delayElapsed));
        }
      }
    } else if (step instanceof Step.Forward won) {
      handOver(won.number());
    } else if (step instanceof Step.Reply answer) {
      answer(answer.reply());
    }
  }

  private void send(Step.Attempt next) {
    Step.Timers times = next.timers();
    Attempt<R> attempt = new Attempt<>(next.number(), next.connectTimeoutNanos(), times.perTry());
    synchronized (lock) {
      if (over) {
        return;
      }
      attempts.add(attempt);
      long now = mesh.nanoTime();
      attempt.moved = now;
      if (complete) {
        startWholeTimer(now);
        attempt.perTry = tryTimer(times.perTry(), TryTime.PER_TRY, attempt);
      }
      attempt.idle = tryTimer(times.idle(), TryTime.IDLE, attempt);
      attempt.life = tryTimer(times.stream(), TryTime.STREAM, attempt);
    }
    if (next.number() == 1 && flow.isMirrored()) {
      mirror();
    }
    try {
      send(next.host(), next.number());
    } catch (IOException | RuntimeException e) {
      failed(next.number(), e);
    }
  }

  private void mirror() {
    List<LocalReply.Header> own = ownHeaders();
    List<MirrorRequest> copies;
    synchronized (lock) {
      copies = flow.mirrors(own, mesh.nanoTime());
    }
    if (!copies.isEmpty()) {
      copyBody(flow.bufferLimit(), body -> copies.forEach(copy -> mesh.mirror(copy, body)));
    }
  }

  private @Nullable Cancellable tryTimer(long nanos, TryTime time, Attempt<R> attempt) {
    return nanos > 0 ? mesh.timers().after(nanos, () -> tryElapsed(time, attempt, nanos)) : null;
  }

  /**
   * A body that can be sent again counts as received when its first attempt starts, and the route's
   * timeout starts with it; that of a request that streams when both have come.
   */
  private void startWholeTimer(long now) {
    if (!started) {
      started = true;
      flow.onRequestSent(now);
      long limit = flow.timeoutNanos();
      whole = limit > 0 ? mesh.timers().after(limit, this::wholeTimeElapsed) : null;
    }
  }

  private void attemptEnded(int number, @Nullable R response, @Nullable Throwable failure) {
    Step step = null;
    ResetReason reason =
        failure == null || isOfOwnTls(failure) ? null : resetReason(number, failure);
    synchronized (lock) {
      Attempt<R> attempt = attempts.find(number);
      if (attempt != null && response != null) {
        attempt.response = response;
        attempt.moved = mesh.nanoTime();
        LiveAttempts.cancel(attempt.perTry);
        step = flow.onResponse(number, status(response), head(response), attempt.moved);
        if (!(step instanceof Step.Forward)) {
          attempts.drop(attempt);
        }
      } else if (attempt != null && reason != null) {
        attempts.drop(attempt);
        // Of a time-out there is nothing that the transport could say.
        String said = reason == ResetReason.CONNECTION_TIMEOUT ? null : String.valueOf(failure);
        step = flow.onReset(number, reason, said, mesh.nanoTime());
      } else if (attempt != null) {
        List<Attempt<R>> unused = close();
        step = new Step.Drop();
      }
    }
    if (response != null && !(step instanceof Step.Forward)) {
      discard(response);
    }
    if (step == null) {
      return;
    }
    if (reason == null && failure != null) {
      exchange.end(isCancelled() ? End.CANCELLED : End.FAILED);
      finish(null, failure);
    } else {
      run(step);
    }
  }

  /** What the app's own TLS makes of its peer is said to the app, as without a mesh. */
  private boolean isOfOwnTls(Throwable failure) {
    Throwable at = flow.decision().keepsOwnTls() ? failure : null;
    while (at != null && !(at instanceof SSLException)) {
      at = at.getCause();
    }
    return at != null;
  }

  private void delayElapsed() {
    Step step;
    synchronized (lock) {
      if (over) {
        return;
      }
      step = flow.onDelayElapsed(mesh.nanoTime());
    }
    run(step);
  }

  private void wholeTimeElapsed() {
    Step step;
    List<Attempt<R>> late;
    synchronized (lock) {
      if (over) {
        return;
      }
      step = flow.onTimeout(mesh.nanoTime());
      late = step instanceof Step.Nothing ? List.of() : close();
    }
    late(step, late);
  }

  private void connectElapsed(Attempt<R> attempt) {
    Step step;
    synchronized (lock) {
      if (over || attempts.find(attempt.number) != attempt) {
        return;
      }
      attempts.drop(attempt);
      step = flow.onReset(attempt.number, ResetReason.CONNECTION_TIMEOUT, null, mesh.nanoTime());
    }
    late(step, List.of(attempt));
  }

  private void lifeElapsed() {
    Step step;
    List<Attempt<R>> late;
    synchronized (lock) {
      if (over) {
        return;
      }
      step = flow.onStreamDuration(mesh.nanoTime());
      late = close();
    }
    late(step, late);
  }

  private void idleElapsed() {
    Step step;
    List<Attempt<R>> late;
    synchronized (lock) {
      if (over) {
        return;
      }
      long left = flow.streamIdleNanos() - (mesh.nanoTime() - moved);
      if (left > 0) {
        idle = mesh.timers().after(left, this::idleElapsed);
        return;
      }
      step = flow.onStreamIdle(mesh.nanoTime());
      late = close();
    }
    late(step, late);
  }

  private void tryElapsed(TryTime time, Attempt<R> attempt, long nanos) {
    Step step;
    List<Attempt<R>> late = List.of();
    synchronized (lock) {
      if (over || attempts.find(attempt.number) != attempt) {
        return;
      }
      long now = mesh.nanoTime();
      long last = attempt.number == handedOver ? moved : attempt.moved;
      if (time == TryTime.IDLE && now - last < nanos) {
        long left = nanos - (now - last);
        attempt.idle = mesh.timers().after(left, () -> tryElapsed(time, attempt, nanos));
        return;
      }
      step = flow.onTryTimeout(time, attempt.number, now);
      if (step instanceof Step.Nothing
          || (step instanceof Step.Wait pause && pause.keepsAttempt())) {
        late = List.of();
      } else if (step instanceof Step.Wait) {
        attempts.drop(attempt);
        late = List.of(attempt);
      } else {
        late = close();
      }
    }
    late(step, late);
  }

  /** Whatever these attempts still report comes too late. */
  private void late(Step step, List<Attempt<R>> given) {
    for (Attempt<R> attempt : given) {
      abort(attempt.number, new IOException("the mesh's timeout has elapsed"));
    }
    if (step instanceof Step.Cut) {
      exchange.end(End.FAILED);
    } else if (!(step instanceof Step.Nothing)) {
      executor.execute(() -> run(step));
    }
  }

  private void handOver(int number) {
    R response;
    List<Attempt<R>> losers;
    synchronized (lock) {
      Attempt<R> won = attempts.find(number);
      if (won == null || won.response == null) {
        return;
      }
      response = won.response;
      losers = attempts.dropOthers(won);
      LiveAttempts.cancel(wait);
      handedOver = number;
      moved = mesh.nanoTime();
      timesIdleness = idle != null || won.idle != null;
    }
    for (Attempt<R> loser : losers) {
      abort(loser.number, new IOException("another attempt of the request has answered"));
    }
    finish(forward(number, response), null);
  }

  private void answer(LocalReply reply) {
    List<Attempt<R>> left;
    synchronized (lock) {
      left = close();
    }
    for (Attempt<R> attempt : left) {
      abort(attempt.number, new IOException("the mesh has answered the request"));
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

  /** Nothing is to happen any more; the attempts that were under way. */
  private List<Attempt<R>> close() {
    over = true;
    LiveAttempts.cancel(wait);
    LiveAttempts.cancel(whole);
    LiveAttempts.cancel(idle);
    LiveAttempts.cancel(life);
    return attempts.close();
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
