package io.inmesh.agent.inbound;

import io.inmesh.engine.Acceptance;
import io.inmesh.engine.Decision;
import io.inmesh.engine.InboundListener;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.Step;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.trace.Trace;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.Timers;
import io.inmesh.tls.ClientHello;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection: which chain it is on, who the peer is, and what becomes of its requests.
 * What fails in here refuses: nothing reaches the app by half a decision.
 */
final class AcceptedConnection implements InboundConnection {
  private static final Verdict MORE = new Verdict.More();
  private static final Verdict PASS = new Verdict.Pass();
  private static final List<String> HTTP1 = List.of("http/1.1");
  private static final String CLEAR = "raw_buffer";

  private final InboundRuntime mesh;
  private final Ends ends;
  private final Set<String> spoken;
  private final Runnable closer;
  private final AtomicBoolean handshaking = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Timers.@Nullable Cancellable timeout;

  /** By the wall clock, as TLS sessions have it: one that is older was resumed. */
  private volatile long helloMillis;

  /** Set once the first bytes have told: what the chain was chosen by. */
  private volatile @Nullable ConnectionInfo info;

  private volatile Downstream downstream;

  /** What is in force for the connection, and the listener that says so. */
  private volatile @Nullable Standing standing;

  /** Whether the mesh's TLS is on it, or its handshake under way. */
  private volatile boolean terminated;

  /** Whether nobody asks about its requests. */
  private volatile boolean opaque;

  private record Standing(InboundListener listener, Acceptance acceptance) {}

  AcceptedConnection(InboundRuntime mesh, Ends ends, Set<String> spoken, Runnable closer) {
    this.mesh = mesh;
    this.ends = ends;
    this.spoken = spoken;
    this.closer = closer;
    this.downstream = ends.downstream("", Optional.empty());
  }

  @Override
  public Verdict look(ByteBuffer received) {
    try {
      Verdict verdict = decide(received);
      if (verdict instanceof Verdict.Close close) {
        return refuse(close.reason());
      }
      if (verdict instanceof Verdict.Pass) {
        handshakeOver();
        mesh.traffic().clear();
      } else if (received.hasRemaining() && !handshakeBegun()) {
        return refuse("too many handshakes are under way (setting handshake-limit)");
      }
      return verdict;
    } catch (RuntimeException | GeneralSecurityException e) {
      return refuse(String.valueOf(e.getMessage()));
    }
  }

  private Verdict decide(ByteBuffer received) throws GeneralSecurityException {
    MeshSnapshot snapshot = mesh.source().snapshot().orElse(null);
    if (snapshot == null) {
      return new Verdict.Close("the mesh has no configuration yet (setting startup)");
    }
    InboundListener listener = snapshot.inbound();
    if (!listener.looksAtBytes(ends.port())) {
      return accept(listener, ends.info(CLEAR, "", spoken.isEmpty() ? List.of() : HTTP1), "");
    }
    ClientHello.Result result = ClientHello.look(received);
    if (result instanceof ClientHello.Result.More) {
      return MORE;
    }
    if (result instanceof ClientHello.Result.Malformed malformed) {
      return new Verdict.Close("a ClientHello that nobody can answer: " + malformed.why());
    }
    if (result instanceof ClientHello.Result.Found found) {
      ClientHello hello = found.hello();
      String name = hello.serverName();
      return accept(listener, ends.info("tls", Ascii.lower(name), hello.protocols()), name);
    }
    List<String> protocols = spoken.isEmpty() ? HttpInspector.protocols(received) : HTTP1;
    return protocols == null ? MORE : accept(listener, ends.info(CLEAR, "", protocols), "");
  }

  private Verdict accept(InboundListener listener, ConnectionInfo chosenBy, String serverName)
      throws GeneralSecurityException {
    info = chosenBy;
    Acceptance acceptance = listener.accept(chosenBy, Trace.OFF);
    standing = new Standing(listener, acceptance);
    downstream = ends.downstream(serverName, Optional.empty());
    if (acceptance instanceof Acceptance.Terminate terminate) {
      terminated = true;
      return new Verdict.Terminate(mesh.contexts().of(terminate.tls()), spoken);
    }
    if (acceptance instanceof Acceptance.Close close) {
      return isProbe() ? PASS : new Verdict.Close(close.reason());
    }
    FilterChain chain = chain(acceptance);
    if (chain != null && !chain.authorize(downstream, Trace.OFF).allowed()) {
      return new Verdict.Close("access denied by the network filters of " + chain.name());
    }
    return PASS;
  }

  /** Whether its first bytes have told that it is in clear. */
  boolean isClear() {
    ConnectionInfo known = info;
    return known != null && known.transportProtocol().equals(CLEAR);
  }

  /** In clear where TLS is required, on a port where something may be asked for so. */
  private boolean isProbe() {
    return isClear() && mesh.settings().hasPlaintextPath(ends.port());
  }

  private static @Nullable FilterChain chain(Acceptance acceptance) {
    if (acceptance instanceof Acceptance.Plain plain) {
      return plain.chain();
    }
    if (acceptance instanceof Acceptance.Terminate terminate) {
      return terminate.chain();
    }
    return acceptance instanceof Acceptance.AppTls appTls ? appTls.chain() : null;
  }

  private Verdict refuse(String reason) {
    mesh.traffic().closed();
    mesh.source()
        .refused(
            "connection from " + ends + (acts() ? " closed: " : " would be closed: ") + reason);
    closed();
    return new Verdict.Close(reason);
  }

  private boolean handshakeBegun() {
    if (!handshaking.compareAndSet(false, true)) {
      return true;
    }
    if (!mesh.handshakes().begin()) {
      handshaking.set(false);
      return false;
    }
    helloMillis = System.currentTimeMillis();
    timeout =
        mesh.timers()
            .after(mesh.settings().handshakeTimeout().toNanos(), this::handshakeTimeElapsed);
    return true;
  }

  private void handshakeTimeElapsed() {
    if (handshaking.get()) {
      refuse("the handshake took too long (setting handshake-timeout)");
      closer.run();
    }
  }

  /** It takes no place among the handshakes any more, and its time does not elapse. */
  void handshakeOver() {
    if (handshaking.compareAndSet(true, false)) {
      mesh.handshakes().end();
      Timers.Cancellable timer = timeout;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  @Override
  public boolean secured(SSLSession session) {
    handshakeOver();
    try {
      Downstream known = downstream;
      downstream = ends.downstream(known.serverName(), Optional.of(Peers.of(session)));
      Standing now = standing;
      FilterChain chain = now == null ? null : chain(now.acceptance);
      if (chain == null || !chain.authorize(downstream, Trace.OFF).allowed()) {
        refuse("access denied by the network filters");
        return false;
      }
      mesh.traffic().secured(session.getCreationTime() < helloMillis);
      return true;
    } catch (RuntimeException | GeneralSecurityException e) {
      refuse(String.valueOf(e.getMessage()));
      return false;
    }
  }

  @Override
  public boolean acts() {
    return mesh.source().acts();
  }

  @Override
  public Admission admit(RequestHead head, String module) {
    return acts() ? decide(head) : new Admission.Untouched();
  }

  /** The same, whether the mesh acts or not. */
  Admission decide(RequestHead head) {
    MeshSnapshot snapshot = null;
    FilterChain chain = null;
    try {
      snapshot = mesh.source().snapshot().orElse(null);
      if (snapshot == null) {
        return refused(null, null, InboundReplies.noConfiguration(head));
      }
      Acceptance acceptance = current(snapshot.inbound());
      if (acceptance instanceof Acceptance.Close) {
        return probe(snapshot, head);
      }
      chain = chain(acceptance);
      if (chain == null) {
        return new Admission.Untouched();
      }
      return chain.isHttp() ? admit(snapshot, chain, head) : onBytes(snapshot, chain, head);
    } catch (RuntimeException e) {
      mesh.source().refused("request on " + ends + " refused: " + e);
      return refused(snapshot, chain, InboundReplies.failed(head));
    }
  }

  @Override
  public boolean opaque() {
    opaque = true;
    Standing now = standing;
    if (now == null || authorizesRequests(now.acceptance)) {
      refuse("policy decides about requests, and no module sees those of this connection");
      return false;
    }
    return true;
  }

  private static boolean authorizesRequests(Acceptance acceptance) {
    FilterChain chain = chain(acceptance);
    // Of what is closed but for the plaintext paths nobody may ask for another.
    return acceptance instanceof Acceptance.Close
        || (chain != null
            && !(acceptance instanceof Acceptance.AppTls)
            && chain.authorizesRequests());
  }

  /** By the listener of this moment: a policy reaches connections that are open already. */
  private Acceptance current(InboundListener listener) {
    Standing now = standing;
    ConnectionInfo chosenBy = info;
    if (chosenBy == null || now == null) {
      return new Acceptance.Close("nothing was decided about the connection");
    }
    if (now.listener.isSameAs(listener)) {
      return now.acceptance;
    }
    Acceptance next = listener.accept(chosenBy, Trace.OFF);
    if (terminated != next instanceof Acceptance.Terminate
        && !(next instanceof Acceptance.Uncaptured)) {
      next = new Acceptance.Close("the connection was accepted under another policy");
    }
    standing = new Standing(listener, next);
    return next;
  }

  /** Of a port that is not declared as HTTP: nothing but the connection is decided about. */
  private Admission onBytes(MeshSnapshot snapshot, FilterChain chain, RequestHead head) {
    // Asked in a way that counts nothing: the connection was counted when it came.
    return chain.networkFilters().isEmpty()
            || chain.authorize(downstream, Trace.recording()).allowed()
        ? new Admission.Untouched()
        : refused(snapshot, chain, InboundReplies.forbidden(head));
  }

  private Admission probe(MeshSnapshot snapshot, RequestHead head) {
    if (isProbe() && mesh.settings().allowsInClear(ends.port(), head.method(), head.path())) {
      mesh.traffic().onPlaintextPath();
      return new PlaintextRequest(mesh);
    }
    return refused(snapshot, null, InboundReplies.forbidden(head));
  }

  private Admission admit(MeshSnapshot snapshot, FilterChain chain, RequestHead head) {
    long now = mesh.source().nanoTime();
    Decision decision =
        snapshot.admit(chain, head, downstream, mesh.source().random(), now, Trace.OFF);
    if (decision instanceof RouteDecision route) {
      RequestFlow flow = new RequestFlow(route, head);
      flow.bodyNotReplayable();
      return next(snapshot, chain, flow, flow.begin(now));
    }
    if (decision instanceof LocalReply reply) {
      return answered(reply, false);
    }
    if (decision instanceof Decision.Pending pending) {
      return answered(pending.otherwise(), false);
    }
    return refused(snapshot, chain, InboundReplies.forbidden(head));
  }

  private Admission next(MeshSnapshot snapshot, FilterChain chain, RequestFlow flow, Step step) {
    if (step instanceof Step.Attempt) {
      mesh.traffic().admitted();
      return new AdmittedRequest(mesh, flow);
    }
    if (step instanceof Step.Wait wait) {
      return new Admission.Delayed(
          wait.nanos(),
          () -> next(snapshot, chain, flow, flow.onDelayElapsed(mesh.source().nanoTime())));
    }
    flow.onEnd(mesh.source().nanoTime());
    LocalReply reply =
        step instanceof Step.Reply answer
            ? answer.reply()
            : snapshot.finished(chain, InboundReplies.failed(flow.head()));
    return answered(reply, false);
  }

  private Admission refused(
      @Nullable MeshSnapshot snapshot, @Nullable FilterChain chain, LocalReply reply) {
    return answered(InboundReplies.finished(snapshot, chain, reply), true);
  }

  private Admission answered(LocalReply reply, boolean close) {
    mesh.traffic().answered();
    return new Admission.Answered(reply, close || mesh.isLeaving());
  }

  /**
   * A new configuration: L4 connections that it forbids are closed; those of HTTP learn it at their
   * next request.
   */
  void recheck() {
    MeshSnapshot snapshot = mesh.source().snapshot().orElse(null);
    Standing now = standing;
    if (snapshot == null || now == null || now.listener.isSameAs(snapshot.inbound())) {
      return;
    }
    FilterChain before = chain(now.acceptance);
    if (before != null && before.isHttp() && !opaque) {
      return;
    }
    Acceptance next = current(snapshot.inbound());
    FilterChain chain = chain(next);
    if (next instanceof Acceptance.Close
        || (opaque && authorizesRequests(next))
        || (chain != null && !chain.authorize(downstream, Trace.OFF).allowed())) {
      refuse("a new policy forbids it");
      closer.run();
    }
  }

  /** Closes the connection, because deciding about it anew has failed. */
  void cut(RuntimeException failure) {
    refuse(String.valueOf(failure));
    closer.run();
  }

  @Override
  public void closed() {
    handshakeOver();
    if (closed.compareAndSet(false, true)) {
      mesh.ended(this);
    }
  }
}
