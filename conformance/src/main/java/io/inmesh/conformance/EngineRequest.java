package io.inmesh.conformance;

import io.inmesh.conformance.Observation.Attempt;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.ResponseFlag;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.Step;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request on its way through the engine, with the scripted upstream played. */
final class EngineRequest {
  // Nobody listens below; a connection is refused at once.
  static final int FIRST_OPEN_PORT = 10;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final MeshSnapshot snapshot;
  private final VirtualClock clock;
  private final VectorStep step;
  private final EngineHead head;
  private final long random;
  private final List<Attempt> attempts = new ArrayList<>();
  private final Trace trace = Trace.recording();
  private @Nullable RequestFlow flow;
  private @Nullable RouteDecision route;
  private @Nullable Observation seen;
  private @Nullable UpstreamReply answered;
  private String host = "";
  private int replies;
  private boolean timed;

  EngineRequest(MeshSnapshot snapshot, VirtualClock clock, VectorStep step, int number) {
    this.snapshot = snapshot;
    this.clock = clock;
    this.step = step;
    this.head = new EngineHead(step.request());
    Long given = step.random();
    this.random = given != null ? given + number : 7_919L * (number + 1);
  }

  void start() {
    Downstream peer = VectorPeer.downstream(step.peer());
    Decision explained = snapshot.route(head, peer, random, clock.now(), trace);
    Decision decision = snapshot.route(head, peer, random, clock.now(), Trace.OFF);
    if (explained.getClass() != decision.getClass()) {
      throw new IllegalStateException("explained " + explained + " but decided " + decision);
    }
    if (decision instanceof RouteDecision found) {
      route = found;
      RequestFlow made = new RequestFlow(found, head, true);
      flow = made;
      if (made.streamIdleNanos() > 0) {
        after(made.streamIdleNanos(), () -> act(made.onStreamIdle(clock.now())));
      }
      if (made.streamNanos() >= 0) {
        after(made.streamNanos(), () -> act(made.onStreamDuration(clock.now())));
      }
      act(made.begin(clock.now()));
    } else if (decision instanceof LocalReply reply) {
      seen = observation(reply);
    } else if (decision instanceof Decision.Refusal refusal) {
      seen = Observation.closed("-", refusal.reason(), lines());
    } else {
      throw new IllegalStateException("no vector decides so: " + decision);
    }
  }

  Observation observation() {
    if (seen == null) {
      throw new IllegalStateException("the request never ended: " + step.request());
    }
    return seen;
  }

  private RequestFlow flow() {
    if (flow == null) {
      throw new IllegalStateException("no flow");
    }
    return flow;
  }

  private void act(Step next) {
    if (next instanceof Step.Attempt attempt) {
      attempt(attempt);
    } else if (next instanceof Step.Wait pause) {
      after(pause.nanos(), () -> act(flow().onDelayElapsed(clock.now())));
    } else if (next instanceof Step.Forward) {
      forward();
    } else if (next instanceof Step.Reply reply) {
      end(observation(reply.reply()));
    } else if (next instanceof Step.Cut) {
      if (seen == null) {
        throw new IllegalStateException("cut before the response: " + step.request());
      }
      seen = cut(seen);
    }
  }

  private void attempt(Step.Attempt next) {
    int number = next.number();
    host = next.host().endpoint().socketAddress();
    EngineHeadEditor editor = new EngineHeadEditor(head);
    flow().editRequest(editor, clock.now());
    if (!timed) {
      timed = true;
      flow().onRequestSent(clock.now());
      if (flow().timeoutNanos() > 0) {
        after(flow().timeoutNanos(), () -> act(flow().onTimeout(clock.now())));
      }
    }
    int port = next.host().endpoint().port();
    if (port < FIRST_OPEN_PORT) {
      clock.after(
          0,
          () ->
              reset(
                  number,
                  ResetReason.REMOTE_CONNECTION_FAILURE,
                  "delayed connect error: Connection refused"));
      return;
    }
    flow().onBytesSent();
    attempts.add(editor.seen(port - EngineSide.FIRST_HOST));
    if (number == 1) {
      mirror();
      if (step.request().body().length() > flow().bufferLimit()) {
        act(flow().bodyNotReplayable(clock.now()));
      }
    }
    elapse(next.timers().perTry(), TryTime.PER_TRY, number);
    elapse(next.timers().idle(), TryTime.IDLE, number);
    elapse(next.timers().stream(), TryTime.STREAM, number);
    UpstreamReply reply =
        replies < step.upstream().size() ? step.upstream().get(replies++) : UpstreamReply.OK;
    if (reply.end() != UpstreamReply.End.HANG) {
      long slow = step.slow().getOrDefault(port - EngineSide.FIRST_HOST, 0L);
      after((reply.delayMillis() + slow) * NANOS_PER_MILLI, () -> respond(number, reply));
    }
  }

  private void mirror() {
    for (MirrorRequest copy : flow().mirrors(head.headers(), clock.now())) {
      Map<String, String> headers = new HashMap<>();
      for (LocalReply.Header header : copy.headers()) {
        headers.merge(header.name(), header.value(), (a, b) -> a + "," + b);
      }
      int number = copy.host().endpoint().port() - EngineSide.FIRST_HOST;
      if (number < 0 || !copy.start()) {
        continue;
      }
      copy.end();
      attempts.add(new Attempt(number, copy.method(), copy.path(), copy.authority(), headers));
    }
  }

  private void respond(int number, UpstreamReply reply) {
    if (seen != null) {
      return;
    }
    if (reply.end() == UpstreamReply.End.CLOSE) {
      reset(number, ResetReason.CONNECTION_TERMINATION, null);
      return;
    }
    answered = reply;
    act(flow().onResponse(number, reply.status(), reply.headers()::get, clock.now()));
    if (seen != null && reply.end() == UpstreamReply.End.CUT) {
      act(flow().onReset(number, ResetReason.CONNECTION_TERMINATION, null, clock.now()));
    } else if (seen != null) {
      flow().onEnd(clock.now());
    }
  }

  private void reset(int number, ResetReason reason, @Nullable String failure) {
    if (seen == null) {
      act(flow().onReset(number, reason, failure, clock.now()));
    }
  }

  private void elapse(long nanos, TryTime time, int number) {
    if (nanos > 0) {
      after(nanos, () -> act(flow().onTryTimeout(time, number, clock.now())));
    }
  }

  /** What comes after the end does not come at all. */
  private void after(long nanos, Runnable action) {
    clock.after(nanos, () -> seen == null, action);
  }

  private void forward() {
    UpstreamReply reply = answered;
    if (reply == null) {
      throw new IllegalStateException("nothing to forward");
    }
    EngineHeaders edited = new EngineHeaders();
    reply.headers().forEach(edited::addHeader);
    flow().editResponse(reply.status(), edited, clock.now());
    seen =
        new Observation(
            reply.status(),
            edited.received(),
            reply.body(),
            text(flow().flags()),
            flow().details(),
            cluster(),
            routeName(),
            host,
            flow().attemptCount(),
            attempts,
            false,
            lines());
  }

  private void end(Observation result) {
    seen = result;
    flow().onEnd(clock.now());
  }

  private Observation observation(LocalReply reply) {
    Map<String, String> headers = new HashMap<>();
    for (LocalReply.Header header : reply.headers()) {
      headers.merge(header.name(), header.value(), (a, b) -> a + "," + b);
    }
    return new Observation(
        reply.status(),
        headers,
        head.method().equals("HEAD") ? "" : reply.body(),
        text(reply.flags()),
        reply.details(),
        cluster(),
        routeName(),
        host,
        flow == null ? 0 : flow.attemptCount(),
        attempts,
        false,
        lines());
  }

  private Observation cut(Observation whole) {
    return new Observation(
        whole.status(),
        whole.headers(),
        whole.body(),
        text(flow().flags()),
        flow().details(),
        whole.cluster(),
        whole.route(),
        whole.host(),
        whole.attemptCount(),
        whole.attempts(),
        true,
        whole.trace());
  }

  private String cluster() {
    return route == null ? "" : route.clusterName();
  }

  private String routeName() {
    if (route != null) {
      return route.route().name();
    }
    for (Trace.Entry entry : trace.entries()) {
      if (entry.kind().equals("route") && entry.outcome().equals("matched")) {
        return entry.name();
      }
    }
    return "";
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Trace.Entry entry : trace.entries()) {
      StringBuilder line = new StringBuilder(entry.kind());
      line.append(entry.name().isEmpty() ? "" : " ").append(entry.name());
      line.append(": ").append(entry.outcome());
      entry.attributes().forEach((key, value) -> line.append(", " + key + " " + value));
      lines.add(line.toString());
    }
    return lines;
  }

  private static String text(Set<ResponseFlag> flags) {
    List<String> names = new ArrayList<>();
    for (ResponseFlag flag : flags) {
      names.add(flag.name());
    }
    return names.isEmpty() ? "-" : String.join(",", names);
  }
}
