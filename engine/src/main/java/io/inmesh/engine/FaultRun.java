package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.route.FaultPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's fault filter on one request: the delay is decided first, the abort independently after
 * it.
 */
final class FaultRun {
  private final FaultPolicy policy;
  private final AtomicLong active;
  private final RouteScope scope;
  private final RequestHead head;
  private final boolean open;
  private boolean delayed;
  private boolean counted;

  FaultRun(HttpFilter.Fault filter, RouteScope scope, RequestHead head) {
    this.policy = scope.fault(filter.policy());
    this.active = filter.active();
    this.scope = scope;
    this.head = head;
    this.open = passesGates();
  }

  static boolean mayAct(FaultPolicy policy) {
    return policy.delay() != null || policy.abort() != null;
  }

  /** A wait, after which it is to be called again; an answer; or null to go on. */
  @Nullable Step run(ResponseFlags flags) {
    if (!open) {
      return null;
    }
    if (!delayed) {
      delayed = true;
      long delay = delayNanos();
      if (delay > 0 && count()) {
        flags.add(ResponseFlag.DI);
        return new Step.Wait(delay);
      }
    }
    return abort(flags);
  }

  /** The request is over. */
  void onEnd() {
    if (counted) {
      counted = false;
      active.decrementAndGet();
    }
  }

  private long delayNanos() {
    FaultPolicy.Delay delay = policy.delay();
    if (delay == null) {
      return 0;
    }
    Duration fixed = delay.fixed();
    FractionalPercent part =
        fixed == null
            ? byHeader(delay.percentage(), "x-envoy-fault-delay-request-percentage")
            : delay.percentage();
    if (!part.selects(Draws.faultDelay(scope.random()))) {
      return 0;
    }
    if (fixed != null) {
      return Timeouts.nanos(fixed);
    }
    Long millis = number("x-envoy-fault-delay-request");
    return millis == null ? 0 : Timeouts.nanos(Duration.ofMillis(millis));
  }

  private @Nullable Step abort(ResponseFlags flags) {
    FaultPolicy.Abort abort = policy.abort();
    if (abort == null) {
      return null;
    }
    FractionalPercent part =
        abort.byHeader()
            ? byHeader(abort.percentage(), "x-envoy-fault-abort-request-percentage")
            : abort.percentage();
    if (!part.selects(Draws.faultAbort(scope.random()))) {
      return null;
    }
    Integer grpc = abort.grpcStatus();
    int status = grpc == null ? abort.httpStatus() : 200;
    if (abort.byHeader()) {
      Long http = number("x-envoy-fault-abort-request");
      Long code = number("x-envoy-fault-abort-grpc-request");
      if (http != null && http >= 200 && http < 600) {
        status = (int) (long) http;
        grpc = null;
      } else if (code != null) {
        status = 200;
        grpc = (int) (long) code;
      } else {
        return null;
      }
    }
    if (!count()) {
      return null;
    }
    flags.add(ResponseFlag.FI);
    LocalReply plain =
        LocalReply.of(
            head,
            status,
            "fault filter abort",
            List.of(),
            flags.copy(),
            "fault_filter_abort",
            LocalReply.Cause.NONE,
            grpc);
    return new Step.Reply(scope.withResponseMutations(head, plain));
  }

  // A fuzzy limit, as Envoy's; a request counts once.
  private boolean count() {
    if (counted) {
      return true;
    }
    if (active.get() >= policy.maxActiveFaults()) {
      return false;
    }
    active.incrementAndGet();
    counted = true;
    return true;
  }

  private FractionalPercent byHeader(FractionalPercent configured, String header) {
    Long asked = number(header);
    return asked == null || asked >= configured.numerator()
        ? configured
        : new FractionalPercent((int) (long) asked, configured.denominator());
  }

  // Only the first value of a header counts: nobody vouches for it.
  private @Nullable Long number(String header) {
    String value = head.header(header);
    int comma = value == null ? -1 : value.indexOf(',');
    return CallerOptions.number(value == null || comma < 0 ? value : value.substring(0, comma));
  }

  private boolean passesGates() {
    if (!mayAct(policy)) {
      return false;
    }
    if (policy.upstreamCluster() != null && !policy.upstreamCluster().equals(scope.clusterName())) {
      return false;
    }
    if (!policy.downstreamNodes().isEmpty()) {
      String node = head.header("x-envoy-downstream-service-node");
      if (node == null || !policy.downstreamNodes().contains(node)) {
        return false;
      }
    }
    for (HeaderMatcher gate : policy.headers()) {
      if (!gate.matches(head)) {
        return false;
      }
    }
    return true;
  }
}
