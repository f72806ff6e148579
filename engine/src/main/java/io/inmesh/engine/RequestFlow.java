package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the state machine of Envoy's HTTP filters and router. The driver reports
 * events of attempts, by their number, and does what the returned step says. Not thread-safe: the
 * driver serialises its calls; an event after the end, or of an attempt that is over, comes to
 * {@link Step.Nothing}. {@link #onEnd} is reported exactly once.
 */
public final class RequestFlow {
  private static final Step NOTHING = new Step.Nothing();

  private enum State {
    NEW,
    FILTERING,
    RUNNING,
    RESPONDING,
    DONE
  }

  /** A time of one attempt. */
  public enum TryTime {
    PER_TRY("upstream_per_try_timeout"),
    IDLE("upstream_per_try_idle_timeout"),
    STREAM("upstream_max_stream_duration_reached");

    private final String details;

    TryTime(String details) {
      this.details = details;
    }

    String details() {
      return details;
    }
  }

  /**
   * One attempt that was made.
   *
   * @param status of its response, 0 without one
   * @param reset why it ended without a response, or null
   */
  public record AttemptRecord(Host host, int status, @Nullable ResetReason reset) {}

  private final RouteDecision decision;
  private final RequestHead head;
  private final ResponseFlags flags = new ResponseFlags();
  private final @Nullable FilterRun filters;
  private final RouterRun router;
  private final boolean peerAsks;
  private final boolean peerNames;

  private State state = State.NEW;
  private String details = "";

  /** The flow of a request whose driver makes one attempt at a time. */
  public RequestFlow(RouteDecision decision, RequestHead head) {
    this(decision, head, false);
  }

  /**
   * The flow of a request; nothing happens before {@link #begin}.
   *
   * @param parallel whether the driver can have more than one attempt under way
   */
  public RequestFlow(RouteDecision decision, RequestHead head, boolean parallel) {
    this(decision, head, parallel, InstantSource.system());
  }

  RequestFlow(RouteDecision decision, RequestHead head, boolean parallel, InstantSource wallClock) {
    this.decision = decision;
    this.head = NormalizedHead.of(head, decision.normalizedPath(), decision.normalizedHost());
    router = new RouterRun(decision, this.head, flags, parallel, wallClock);
    filters = FilterRun.of(decision, this.head, flags);
    // Read now: later the head is what the app has made of it.
    boolean ingress = decision.manager().ingress();
    peerAsks = ingress && head.header(PeerMetadata.ID) != null;
    peerNames =
        ingress
            && decision.manager().tracing()
            && head.header("x-envoy-decorator-operation") != null;
  }

  /** Starts: what the filters do, or the first attempt. */
  public Step begin(long nowNanos) {
    if (state != State.NEW) {
      return NOTHING;
    }
    state = State.FILTERING;
    return filterOrTry(nowNanos);
  }

  /** The wait is over: of a fault delay, or before a retry. */
  public Step onDelayElapsed(long nowNanos) {
    if (state == State.FILTERING) {
      return filterOrTry(nowNanos);
    }
    return state == State.RUNNING ? pass(router.onBackOffElapsed(nowNanos), nowNanos) : NOTHING;
  }

  /**
   * The app's request is complete: with a repeatable body, or none, that is so when the first
   * attempt starts. From here runs the route timeout; later calls change nothing.
   */
  public void onRequestSent(long nowNanos) {
    router.onRequestSent(nowNanos);
  }

  /** The app may still be writing its request when it fails; else it counts as complete. */
  public void requestStreams() {
    router.requestStreams();
  }

  /** A byte of the request went upstream: from now on a reset is not "before request". */
  public void onBytesSent() {
    router.onBytesSent();
  }

  /** The head of the last attempt's response is here. */
  public Step onResponse(int status, ResponseHeadView headers, long nowNanos) {
    return onResponse(attemptCount(), status, headers, nowNanos);
  }

  /** The head of an attempt's response is here. */
  public Step onResponse(int number, int status, ResponseHeadView headers, long nowNanos) {
    return state == State.RUNNING
        ? pass(router.onResponse(number, status, headers, nowNanos), nowNanos)
        : NOTHING;
  }

  /** The last attempt ended without a complete response. */
  public Step onReset(ResetReason reason, @Nullable String failure, long nowNanos) {
    return onReset(attemptCount(), reason, failure, nowNanos);
  }

  /**
   * An attempt ended without a complete response.
   *
   * @param failure what the transport said, or null
   */
  public Step onReset(int number, ResetReason reason, @Nullable String failure, long nowNanos) {
    return pass(router.onReset(number, reason, failure, nowNanos), nowNanos);
  }

  /** The time of the last try is over. */
  public Step onPerTryTimeout(long nowNanos) {
    return onTryTimeout(TryTime.PER_TRY, attemptCount(), nowNanos);
  }

  /** A time of one try is over. */
  public Step onTryTimeout(TryTime time, int number, long nowNanos) {
    return pass(router.onTryTimeout(time, number, nowNanos), nowNanos);
  }

  /** The route timeout is over. */
  public Step onTimeout(long nowNanos) {
    return state == State.RUNNING || state == State.RESPONDING
        ? pass(router.onTimeout(nowNanos), nowNanos)
        : NOTHING;
  }

  /** Nothing moved for the time of {@link #streamIdleNanos}. */
  public Step onStreamIdle(long nowNanos) {
    if (state == State.NEW || state == State.DONE) {
      return NOTHING;
    }
    if (state == State.RESPONDING) {
      return cut("stream_idle_timeout");
    }
    flags.add(ResponseFlag.SI);
    return reply(RequestFailure.streamIdle(router.incompleteOr504()), nowNanos);
  }

  /** The stream has lived for {@link #streamNanos}. */
  public Step onStreamDuration(long nowNanos) {
    if (state == State.NEW || state == State.DONE) {
      return NOTHING;
    }
    return state == State.RESPONDING
        ? cut("max_duration_timeout")
        : reply(RequestFailure.streamDuration(router.incompleteOr504()), nowNanos);
  }

  /** The body outgrew what can be kept: no retry from now on. */
  public Step bodyNotReplayable() {
    return bodyNotReplayable(0);
  }

  /** The body outgrew what can be kept: no retry from now on. */
  public Step bodyNotReplayable(long nowNanos) {
    Step step = router.bodyNotReplayable();
    return state == State.RUNNING ? pass(step, nowNanos) : NOTHING;
  }

  /** The request is over: its response was read to the end, cut, or the app gave it up. */
  public void onEnd(long nowNanos) {
    router.end();
    if (state != State.DONE && state != State.RESPONDING) {
      flags.add(ResponseFlag.DC);
      details = "downstream_remote_disconnect";
    }
    state = State.DONE;
    if (filters != null) {
      filters.onEnd();
    }
  }

  /** Edits the head of the last attempt. */
  public void editRequest(HeadEditor editor, long nowNanos) {
    router.editRequest(editor, filters, nowNanos);
  }

  /** Whether copies of the request are sent, so that its body is worth keeping. */
  public boolean isMirrored() {
    return Mirrors.any(decision, head);
  }

  /**
   * The copies of the request, while its first attempt is under way.
   *
   * @param own the headers of the app and its library, names in lower case
   */
  public List<MirrorRequest> mirrors(List<Header> own, long nowNanos) {
    return state == State.RUNNING
        ? Mirrors.of(
            decision, head, own, timeoutNanos(), copy -> editRequest((HeadEditor) copy, nowNanos))
        : List.of();
  }

  /** Edits the head of the response that is forwarded. */
  public void editResponse(int status, HeaderEditor editor, long nowNanos) {
    router.editResponse(status, editor, details, nowNanos);
    if (filters != null) {
      filters.editResponse(editor, nowNanos);
    }
    ResponseHead.announce(decision, peerAsks, peerNames, editor);
    ResponseHead.finish(decision.manager(), decision.snapshot().date(), editor);
  }

  /** The route timeout, which the driver arms at {@link #onRequestSent}; 0 is none. */
  public long timeoutNanos() {
    return router.timeouts().globalNanos();
  }

  /** How long nothing may move, from {@link #begin} to the end of the response; 0 is none. */
  public long streamIdleNanos() {
    return router.timeouts().streamIdleNanos();
  }

  /** How long the stream may live, from {@link #begin}; 0 is over at once, negative is no limit. */
  public long streamNanos() {
    return router.timeouts().streamNanos();
  }

  /** How many bytes of a body that the app sends once are kept for retries and mirrors. */
  public long bufferLimit() {
    Long own = decision.route().bufferLimit();
    Long limit = own != null ? own : decision.virtualHost().options().bufferLimit();
    return limit == null ? decision.manager().bufferLimit() : limit;
  }

  /** Whether anything may be retried, so that the body is worth keeping. */
  public boolean mayRetry() {
    return router.mayRetry();
  }

  /** The request, as it came. */
  public RequestHead head() {
    return head;
  }

  public RouteDecision decision() {
    return decision;
  }

  /** Attempts that have ended or answered, in order. */
  public List<AttemptRecord> attempts() {
    return router.attempts().ended();
  }

  /** How many attempts have neither ended nor lost. */
  public int attemptsUnderWay() {
    return router.attempts().underWay();
  }

  /** Number of the last attempt, 0 before the first. */
  public int attemptCount() {
    return router.attempts().count();
  }

  /** Envoy's response flags so far, in the order in which they were set. */
  public Set<ResponseFlag> flags() {
    return flags.copy();
  }

  /** Envoy's response code details as far as they are known. */
  public String details() {
    return details;
  }

  /** What the transport said of the last reset, or null. */
  public @Nullable String transportFailure() {
    return router.transportFailure();
  }

  private Step filterOrTry(long nowNanos) {
    Step step = filters == null ? null : filters.run(nowNanos);
    if (step == null) {
      state = State.RUNNING;
      step = router.tryNext(nowNanos);
    }
    return pass(step, nowNanos);
  }

  // What a filter or the router says, finished by the connection manager.
  private Step pass(Step step, long nowNanos) {
    if (step instanceof Step.Forward) {
      state = State.RESPONDING;
      details = "via_upstream";
    } else if (step instanceof Step.Cut cut) {
      over(cut.details());
    } else if (step instanceof Step.Reply answer) {
      return answer(answer.reply(), nowNanos);
    }
    return step;
  }

  private Step cut(String detail) {
    over(detail);
    return new Step.Cut(flags.copy(), detail);
  }

  private Step reply(RequestFailure failure, long nowNanos) {
    LocalReply plain = failure.reply(head, flags.copy());
    return answer(decision.withResponseMutations(head, plain, attemptCount()), nowNanos);
  }

  private Step answer(LocalReply reply, long nowNanos) {
    over(reply.details());
    LocalReply out = reply;
    if (attemptCount() > 0 && decision.virtualHost().includeAttemptCountInResponse()) {
      out = out.withHeader("x-envoy-attempt-count", Integer.toString(attemptCount()));
    }
    if (filters != null) {
      out = filters.editReply(out, nowNanos);
    }
    return new Step.Reply(ResponseHead.finish(decision.manager(), decision.snapshot().date(), out));
  }

  private void over(String detail) {
    router.end();
    state = State.DONE;
    details = detail;
  }
}
