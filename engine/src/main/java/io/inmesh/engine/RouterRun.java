package io.inmesh.engine;

import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.cluster.ClusterLoadAssignment.DropOverload;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.ResourceManager;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's router filter at work on one request: its attempts, their times and retries. What it
 * answers is not finished: the filters before it have their say.
 */
final class RouterRun {
  private static final Step NOTHING = new Step.Nothing();
  private static final Step DROP = new Step.Drop();

  private final RouteDecision decision;
  private final RequestHead head;
  private final ResponseFlags flags;
  private final Timeouts timeouts;
  private final boolean hedges;
  private final boolean emptyTimeouts;
  private final Attempts attempts;
  private final HostSelection hosts;
  private @Nullable RetryState retry;

  private boolean retryPending;
  private boolean timeoutRetry;
  private boolean answered;
  private boolean bytesSent;
  private boolean requestSent;
  private boolean streams;
  private long requestSentNanos;
  private @Nullable Host host;
  private @Nullable String transportFailure;

  RouterRun(
      RouteDecision decision,
      RequestHead head,
      ResponseFlags flags,
      boolean parallel,
      InstantSource wallClock) {
    this.decision = decision;
    this.head = head;
    this.flags = flags;
    CallerOptions caller = CallerOptions.of(decision, head);
    RetryPolicy own = decision.action().retryPolicy();
    RetryPolicy policy = own != null ? own : decision.virtualHost().retryPolicy();
    retry = RetryState.of(policy, caller, head, decision.random(), wallClock, resources(decision));
    boolean hedged = hedged(decision, caller);
    hedges = hedged && parallel;
    emptyTimeouts = caller.emptyTimeouts();
    timeouts = Timeouts.of(decision, policy, caller, hedged, head);
    attempts = new Attempts(decision);
    hosts = new HostSelection(decision, head, attempts, policy);
  }

  private static ResourceManager resources(RouteDecision decision) {
    return decision.cluster().resources(decision.action().highPriority());
  }

  private static boolean hedged(RouteDecision decision, CallerOptions caller) {
    if (caller.hedge() != null) {
      return caller.hedge();
    }
    HedgePolicy own = decision.action().hedgePolicy();
    HedgePolicy policy = own != null ? own : decision.virtualHost().options().hedgePolicy();
    return policy != null && policy.onPerTryTimeout();
  }

  /** Makes the next attempt. */
  Step tryNext(long nowNanos) {
    DropOverload drop = decision.cluster().dropOverload();
    if (drop != null
        && attempts.count() == 0
        && drop.percentage().selects(Draws.dropOverload(decision.random()))) {
      flags.add(drop.dropsAll() ? ResponseFlag.UDO : ResponseFlag.DO);
      boolean tells = !decision.manager().router().suppressEnvoyHeaders();
      return reply(RequestFailure.dropOverload(drop.dropsAll(), tells));
    }
    int number = attempts.next();
    Host picked = hosts.pick(number);
    host = picked;
    if (picked == null) {
      flags.add(ResponseFlag.UH);
      return reply(RequestFailure.noHealthyUpstream());
    }
    if (!attempts.start(picked)) {
      return onReset(number, ResetReason.OVERFLOW, null, nowNanos);
    }
    String unusable = unusable(picked.transportSocket());
    if (unusable != null) {
      return onReset(number, ResetReason.REMOTE_CONNECTION_FAILURE, unusable, nowNanos);
    }
    return new Step.Attempt(
        picked,
        number,
        new Step.Timers(
            timeouts.perTryNanos(), timeouts.perTryIdleNanos(), timeouts.upstreamStreamNanos()),
        Timeouts.nanos(decision.cluster().cluster().connectTimeout()));
  }

  private @Nullable String unusable(TransportSocket socket) {
    if (socket instanceof TransportSocket.Unsupported unsupported) {
      return "unsupported{" + unsupported.fieldPath() + "}";
    }
    return decision.keepsOwnTls() && !(socket instanceof TransportSocket.RawBuffer)
        ? "the endpoint requires TLS of the mesh, which nobody speaks around the app's own"
        : null;
  }

  /** The wait before a retry is over. */
  Step onBackOffElapsed(long nowNanos) {
    if (!retryPending) {
      return NOTHING;
    }
    retryPending = false;
    return tryNext(nowNanos);
  }

  void onRequestSent(long nowNanos) {
    if (!requestSent) {
      requestSent = true;
      requestSentNanos = nowNanos;
    }
  }

  void requestStreams() {
    streams = true;
  }

  void onBytesSent() {
    bytesSent = true;
  }

  Step onResponse(int number, int status, ResponseHeadView headers, long nowNanos) {
    Try first = attempts.find(number);
    if (first == null) {
      return NOTHING;
    }
    attempts.record(first, status, null);
    OutlierReports.responded(decision, head, first, status, headers, nowNanos);
    boolean couldNotRetry = false;
    if (retry != null && first.hedged) {
      couldNotRetry = retry.wouldRetry(status, headers);
    } else if (retry != null) {
      RetryState.Verdict verdict = retry.onResponse(status, headers);
      if (verdict == RetryState.Verdict.RETRY) {
        timeoutRetry = false;
        return backOff(first, false);
      }
      couldNotRetry = limitReached(verdict);
    }
    if (couldNotRetry && (attempts.underWay() > 1 || retryPending)) {
      attempts.end(first);
      return DROP;
    }
    attempts.endOthers(first);
    retryPending = false;
    host = first.host;
    answered = true;
    return new Step.Forward(flags.copy(), number);
  }

  Step onReset(int number, ResetReason reason, @Nullable String failure, long nowNanos) {
    Try broken = attempts.find(number);
    if (broken == null) {
      return NOTHING;
    }
    OutlierReports.reset(decision, broken, reason, nowNanos);
    if (answered) {
      flags.add(reason.flag());
      return cut("upstream_reset_after_response_started{" + reason.detail(failure) + "}");
    }
    transportFailure = failure;
    attempts.record(broken, 0, reason);
    if (mayRetry(broken, reason, !bytesSent && reason.isConnectFailure())) {
      return backOff(broken, false);
    }
    attempts.end(broken);
    if (attempts.underWay() > 0 || retryPending) {
      return DROP;
    }
    flags.add(reason.flag());
    return reply(
        RequestFailure.reset(
            reason,
            failure,
            attempts.count() > 1,
            !decision.manager().router().suppressEnvoyHeaders()));
  }

  Step onTryTimeout(TryTime time, int number, long nowNanos) {
    Try late = attempts.find(number);
    if (late == null || (time == TryTime.PER_TRY && answered)) {
      return NOTHING;
    }
    if (time != TryTime.STREAM) {
      OutlierReports.timedOut(decision, late, timeoutStatus(), nowNanos);
    }
    if (answered) {
      flags.add(time == TryTime.STREAM ? ResponseFlag.UMSDR : ResponseFlag.UT);
      return cut(time.details());
    }
    if (hedges && time != TryTime.STREAM) {
      return hedge(late);
    }
    attempts.record(late, 0, ResetReason.LOCAL_RESET);
    if (mayRetry(late, ResetReason.LOCAL_RESET, false)) {
      timeoutRetry = time != TryTime.STREAM;
      return backOff(late, false);
    }
    if (time != TryTime.STREAM) {
      return timedOut(time.details());
    }
    flags.add(ResponseFlag.UMSDR);
    return reply(RequestFailure.upstreamStreamDuration(incompleteOr504(), time.details()));
  }

  // The late try goes on; it is never retried a second time.
  private Step hedge(Try late) {
    if (late.hedged || retry == null) {
      return NOTHING;
    }
    RetryState.Verdict verdict = retry.onHedge();
    limitReached(verdict);
    if (verdict != RetryState.Verdict.RETRY) {
      return NOTHING;
    }
    late.hedged = true;
    timeoutRetry = true;
    return backOff(late, true);
  }

  Step onTimeout(long nowNanos) {
    if (answered) {
      flags.add(ResponseFlag.UT);
      return cut("response_timeout");
    }
    attempts.forEach(late -> OutlierReports.timedOut(decision, late, timeoutStatus(), nowNanos));
    attempts.recordGivenUp();
    return timedOut("response_timeout");
  }

  Step bodyNotReplayable() {
    releaseRetry();
    retry = null;
    return retryPending ? reply(RequestFailure.bufferLimit()) : NOTHING;
  }

  void end() {
    attempts.endAll();
    releaseRetry();
    retryPending = false;
  }

  void editRequest(HeadEditor editor, @Nullable FilterRun filters, long nowNanos) {
    Try current = attempts.find(attempts.count());
    if (current == null) {
      throw new IllegalStateException("no attempt is under way");
    }
    int number = current.number;
    long elapsed = requestSent && number > 1 ? nowNanos - requestSentNanos : 0;
    RequestEdit.apply(
        decision, head, editor, current.host, number, timeouts, elapsed, timeoutRetry, filters);
  }

  /** What the router does to the head of the response that is forwarded. */
  void editResponse(int status, HeaderEditor editor, String details, long nowNanos) {
    if (requestSent && !decision.manager().router().suppressEnvoyHeaders()) {
      editor.setHeader(
          "x-envoy-upstream-service-time",
          Long.toString(Math.max(0, nowNanos - requestSentNanos) / 1_000_000));
    }
    int number = attempts.count();
    if (decision.mutatesResponse()) {
      RequestFormat context = new RequestFormat(decision.snapshot(), decision.route(), head);
      context.upstream(decision.clusterName(), host, number, transportFailure);
      context.response(status, editor::header, flags.text(), details);
      Mutations.response(
          editor,
          context,
          decision.table(),
          decision.virtualHost(),
          decision.route(),
          decision.weighted());
    }
    if (decision.virtualHost().includeAttemptCountInResponse()) {
      editor.setHeader("x-envoy-attempt-count", Integer.toString(number));
    }
    hosts.editResponse(editor);
  }

  /** 504 where the request is complete, 408 where the app may still be writing it. */
  int incompleteOr504() {
    return requestSent || !streams ? 504 : 408;
  }

  private int timeoutStatus() {
    return emptyTimeouts ? 204 : 504;
  }

  Timeouts timeouts() {
    return timeouts;
  }

  Attempts attempts() {
    return attempts;
  }

  boolean mayRetry() {
    return retry != null;
  }

  @Nullable String transportFailure() {
    return transportFailure;
  }

  private boolean mayRetry(Try broken, ResetReason reason, boolean nothingSent) {
    if (retry == null || broken.hedged) {
      return false;
    }
    RetryState.Verdict verdict = retry.onReset(reason, nothingSent);
    limitReached(verdict);
    timeoutRetry = false;
    return verdict == RetryState.Verdict.RETRY;
  }

  private Step backOff(Try before, boolean keepsAttempt) {
    if (!keepsAttempt) {
      attempts.end(before);
    }
    retryPending = true;
    return new Step.Wait(retry == null ? 0 : retry.backOffNanos(), keepsAttempt);
  }

  private void releaseRetry() {
    if (retry != null) {
      retry.release();
    }
  }

  private boolean limitReached(RetryState.Verdict verdict) {
    if (verdict == RetryState.Verdict.LIMIT) {
      flags.add(ResponseFlag.URX);
    } else if (verdict == RetryState.Verdict.OVERFLOW) {
      flags.add(ResponseFlag.UO);
    }
    return verdict == RetryState.Verdict.LIMIT || verdict == RetryState.Verdict.OVERFLOW;
  }

  private Step timedOut(String details) {
    flags.add(ResponseFlag.UT);
    return reply(RequestFailure.timeout(details, emptyTimeouts));
  }

  private Step cut(String details) {
    return new Step.Cut(flags.copy(), details);
  }

  private Step reply(RequestFailure failure) {
    LocalReply plain = failure.reply(head, flags.copy());
    return new Step.Reply(decision.withResponseMutations(head, plain, attempts.count()));
  }
}
