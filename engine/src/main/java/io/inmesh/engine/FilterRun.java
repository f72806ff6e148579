package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.authz.RbacRequest;
import io.inmesh.engine.authz.RbacResult;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.route.LocalRateLimit;
import io.inmesh.engine.route.TokenBucket;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection manager's filters at work on one request, up to the router. */
final class FilterRun {
  private final RouteScope scope;
  private final RequestHead head;
  private final ResponseFlags flags;
  private final List<HttpFilter> filters;
  private int next;
  private @Nullable FaultRun fault;
  private @Nullable CorsRun cors;
  private @Nullable LocalRateLimit notEnforced;
  private @Nullable TokenBucket told;
  private @Nullable RbacRequest access;

  private FilterRun(RouteScope scope, RequestHead head, ResponseFlags flags) {
    this.scope = scope;
    this.head = head;
    this.flags = flags;
    this.filters = scope.manager().filters();
  }

  /** Null where no filter has anything to do with the request. */
  static @Nullable FilterRun of(RouteScope scope, RequestHead head, ResponseFlags flags) {
    List<HttpFilter> filters = scope.manager().filters();
    for (int i = 0; i < filters.size(); i++) {
      if (mayAct(filters.get(i), scope, head)) {
        return new FilterRun(scope, head, flags);
      }
    }
    return null;
  }

  // Istio puts the fault and the CORS filter everywhere; next to nobody uses them.
  private static boolean mayAct(HttpFilter filter, RouteScope scope, RequestHead head) {
    if (filter instanceof HttpFilter.Fault faults) {
      return FaultRun.mayAct(scope.fault(faults.policy()));
    }
    if (filter instanceof HttpFilter.Rbac rbac) {
      return scope.rbac(rbac).asks();
    }
    return filter instanceof HttpFilter.RateLimit || head.header("origin") != null;
  }

  /** Runs on until a filter waits or answers; null when all are through. */
  @Nullable Step run(long nowNanos) {
    while (next < filters.size()) {
      HttpFilter filter = filters.get(next);
      Step step = run(filter, nowNanos);
      if (step instanceof Step.Wait) {
        return step;
      }
      next++;
      if (step != null) {
        return step;
      }
    }
    return null;
  }

  private @Nullable Step run(HttpFilter filter, long nowNanos) {
    if (filter instanceof HttpFilter.Fault faults) {
      return fault(faults);
    } else if (filter instanceof HttpFilter.RateLimit limit) {
      return limit(scope.rateLimit(limit.limit()), nowNanos);
    } else if (filter instanceof HttpFilter.Rbac rbac) {
      return reply(scope.rbac(rbac).check(access(), rbac.stats()));
    }
    return cors();
  }

  /**
   * Says in a trace what access control decides, uses nothing up and counts nothing.
   *
   * @return the refusal, or null
   */
  @Nullable LocalReply explain(Trace trace) {
    for (HttpFilter filter : filters) {
      if (filter instanceof HttpFilter.Rbac rbac) {
        Step.Reply refused = reply(scope.rbac(rbac).explain(access(), rbac.name(), trace));
        if (refused != null) {
          return refused.reply();
        }
      }
    }
    return null;
  }

  private RbacRequest access() {
    if (access == null) {
      access = RbacRequest.of(scope.downstream(), head, scope.manager().trust());
    }
    return access;
  }

  private Step.@Nullable Reply reply(RbacResult result) {
    if (result.allowed()) {
      return null;
    }
    LocalReply plain =
        LocalReply.of(
            head,
            403,
            "RBAC: access denied",
            List.of(),
            flags.copy(),
            result.details(),
            LocalReply.Cause.NONE,
            null);
    return new Step.Reply(scope.withResponseMutations(head, plain));
  }

  private @Nullable Step fault(HttpFilter.Fault filter) {
    if (fault == null) {
      fault = new FaultRun(filter, scope, head);
    }
    return fault.run(flags);
  }

  private @Nullable Step cors() {
    cors = CorsRun.of(scope, head);
    LocalReply preflight = cors == null ? null : cors.preflight(head);
    return preflight == null ? null : new Step.Reply(preflight);
  }

  private @Nullable Step limit(LocalRateLimit limit, long nowNanos) {
    LocalRateLimit.Settings settings = limit.settings();
    if (!settings.enabled().selects(Draws.rateLimitEnabled(scope.random()))) {
      return null;
    }
    LocalRateLimit.Verdict verdict =
        limit.request(RateLimitDescriptors.of(limit, scope, head), nowNanos);
    told = settings.rateLimitHeaders() ? verdict.bucket() : told;
    if (verdict.allowed()) {
      return null;
    }
    if (!settings.enforced().selects(Draws.rateLimitEnforced(scope.random()))) {
      notEnforced = limit;
      return null;
    }
    flags.add(ResponseFlag.RL);
    LocalReply plain =
        LocalReply.of(
            head,
            settings.status(),
            "local_rate_limited",
            List.of(),
            flags.copy(),
            "local_rate_limited",
            LocalReply.Cause.NONE,
            settings.resourceExhausted() ? Integer.valueOf(8) : null);
    LocalReply mutated = scope.withResponseMutations(head, plain);
    ReplyHeaders headers = new ReplyHeaders(mutated.headers());
    RequestFormat context = new RequestFormat(scope.snapshot(), scope.route(), head);
    context.response(plain.status(), headers::header, plain.flagText(), plain.details());
    settings.responseHeaders().apply(headers, context);
    return new Step.Reply(mutated.withHeaders(headers.list()));
  }

  /** What filters do to the head on its way out. */
  void editRequest(HeadEditor editor) {
    if (notEnforced != null) {
      notEnforced
          .settings()
          .requestHeadersWhenNotEnforced()
          .apply(editor, new RequestFormat(scope.snapshot(), scope.route(), head));
    }
  }

  /** Whether {@link #editResponse} does anything. */
  boolean editsResponse() {
    return cors != null || told != null;
  }

  /** What filters do to a response, an answer of the mesh included. */
  void editResponse(HeaderEditor headers, long nowNanos) {
    if (cors != null) {
      cors.editResponse(headers);
    }
    if (told != null) {
      headers.addHeader("x-ratelimit-limit", Long.toString(told.maxTokens()));
      headers.addHeader("x-ratelimit-remaining", Long.toString(told.remainingTokens(nowNanos)));
      headers.addHeader("x-ratelimit-reset", Long.toString(told.resetSeconds(nowNanos)));
    }
  }

  /** The same for an answer of the mesh. */
  LocalReply editReply(LocalReply reply, long nowNanos) {
    if (!editsResponse()) {
      return reply;
    }
    ReplyHeaders headers = new ReplyHeaders(reply.headers());
    editResponse(headers, nowNanos);
    List<Header> edited = headers.list();
    return reply.withHeaders(edited);
  }

  /** The request is over, or called off. */
  void onEnd() {
    if (fault != null) {
      fault.onEnd();
    }
  }
}
