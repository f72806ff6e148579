package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.route.HostRewrite;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.RouteAction;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a sidecar does to the head of a request on its way out, in Envoy's order. */
final class RequestEdit {
  private final RouteDecision decision;
  private final RequestHead head;
  private final HeadEditor editor;

  private RequestEdit(RouteDecision decision, RequestHead head, HeadEditor editor) {
    this.decision = decision;
    this.head = head;
    this.editor = editor;
  }

  static void apply(
      RouteDecision decision,
      RequestHead head,
      HeadEditor editor,
      Host host,
      int attempt,
      Timeouts timeouts,
      long elapsedNanos,
      boolean timeoutRetry,
      @Nullable FilterRun filters) {
    RequestEdit edit = new RequestEdit(decision, head, editor);
    edit.connectionManager(host);
    if (filters != null) {
      filters.editRequest(editor);
    }
    if (attempt > 1 && decision.virtualHost().options().includeIsTimeoutRetryHeader()) {
      editor.setHeader("x-envoy-is-timeout-retry", Boolean.toString(timeoutRetry));
    }
    edit.router(attempt, timeouts, elapsedNanos);
    edit.rewriteHost(host);
    edit.rewritePath();
  }

  private void connectionManager(Host host) {
    if (decision.normalizedPath() != null) {
      editor.setPath(Replies.withQuery(decision.normalizedPath(), head.query()));
    }
    if (decision.normalizedHost() != null) {
      editor.setAuthority(decision.normalizedHost());
    }
    boolean trusted = CallerOptions.isTrusted(decision, head);
    boolean ingress = decision.manager().ingress();
    if (ingress) {
      UntrustedHeaders.removeInbound(editor, trusted);
    } else {
      endOfHop();
      UntrustedHeaders.removeOutbound(editor, trusted);
    }
    if (trusted) {
      editor.setHeader("x-envoy-internal", "true");
    }
    boolean encrypted = decision.downstream().tls().isPresent();
    setIfMissing("x-forwarded-proto", encrypted ? "https" : head.scheme());
    String id = editor.header("x-request-id");
    boolean missing = id == null || id.isEmpty();
    if (missing && decision.manager().generateRequestId()) {
      editor.setHeader("x-request-id", requestId(decision.random()));
    }
    ClientCertHeader.edit(editor, decision.manager().clientCert(), decision.downstream());
    if (!ingress) {
      announce(host);
    }
  }

  /**
   * What concerns the app's own connection ends here, as in Envoy. Inbound it does not: the
   * connection is the app's, and its server goes by what the peer says of it.
   */
  private void endOfHop() {
    String connection = editor.header("connection");
    if (connection != null
        && !(Ascii.contains(connection, "upgrade") && editor.header("upgrade") != null)) {
      editor.removeHeader("connection");
    }
    editor.removeHeader("keep-alive");
    editor.removeHeader("proxy-connection");
  }

  /**
   * What the sidecar of the other side is told. Istio tells everybody, and so also those who have
   * no sidecar that takes it off again: namespace, workload and labels are not for them.
   */
  private void announce(Host host) {
    SidecarIdentity identity = decision.snapshot().identity();
    if (!identity.nodeId().isEmpty() && host.isWorkload()) {
      editor.setHeader(PeerMetadata.ID, identity.nodeId());
      editor.setHeader(PeerMetadata.VALUE, identity.peerMetadata());
    }
    String operation = decision.action().decoratorOperation();
    if (operation != null && decision.manager().tracing()) {
      editor.setHeader("x-envoy-decorator-operation", operation);
    }
  }

  private void router(int attempt, Timeouts timeouts, long elapsedNanos) {
    if (decision.virtualHost().includeRequestAttemptCount()) {
      editor.setHeader("x-envoy-attempt-count", Integer.toString(attempt));
    }
    long expected = timeouts.expectedMillis(elapsedNanos);
    String stream = timeouts.streamGrpcTimeout();
    if (stream != null) {
      editor.setHeader("grpc-timeout", stream);
    }
    if (expected > 0) {
      if (!decision.manager().router().suppressEnvoyHeaders()) {
        editor.setHeader("x-envoy-expected-rq-timeout-ms", Long.toString(expected));
      }
      if (timeouts.rewritesGrpcTimeout()) {
        editor.setHeader("grpc-timeout", Timeouts.grpcText(expected));
      }
    }
    if (!decision.mutatesRequest()) {
      return;
    }
    RequestFormat context = new RequestFormat(decision.snapshot(), decision.route(), head);
    context.upstream(decision.clusterName(), null, attempt, null);
    context.request(editor);
    Mutations.request(
        editor,
        context,
        decision.table(),
        decision.virtualHost(),
        decision.route(),
        decision.weighted());
  }

  private void rewriteHost(Host host) {
    String original = editor.authority();
    RouteAction.Forward action = decision.action();
    String rewritten = hostOf(action.hostRewrite(), host);
    if (rewritten == null && decision.weighted() != null) {
      rewritten = decision.weighted().hostRewriteLiteral();
    }
    if (rewritten == null || rewritten.isEmpty()) {
      return;
    }
    editor.setHeader("x-envoy-original-host", original);
    if (action.appendXForwardedHost()) {
      appendForwardedHost(original);
    }
    editor.setAuthority(rewritten);
  }

  private @Nullable String hostOf(HostRewrite rewrite, Host host) {
    if (rewrite instanceof HostRewrite.Literal literal) {
      return literal.value();
    }
    if (rewrite instanceof HostRewrite.Header header) {
      String value = head.header(header.name());
      return value == null || value.indexOf(',') < 0
          ? value
          : value.substring(0, value.indexOf(','));
    }
    if (rewrite instanceof HostRewrite.PathRegex regex) {
      return regex.regex().replaceAll(path(), regex.substitution());
    }
    return rewrite instanceof HostRewrite.Auto ? host.endpoint().hostname() : null;
  }

  private void appendForwardedHost(String original) {
    String present = editor.header("x-forwarded-host");
    if (present == null || present.isEmpty()) {
      editor.setHeader("x-forwarded-host", original);
      return;
    }
    String last = present.substring(present.lastIndexOf(',') + 1).strip();
    if (!last.equals(original)) {
      editor.setHeader("x-forwarded-host", present + "," + original);
    }
  }

  private void rewritePath() {
    PathRewrite rewrite = decision.action().pathRewrite();
    if (rewrite instanceof PathRewrite.None) {
      return;
    }
    String path = path();
    editor.setHeader("x-envoy-original-path", Replies.withQuery(path, head.query()));
    String rewritten = rewrite.apply(decision.route().match().path(), path);
    editor.setPath(Replies.withQuery(rewritten, head.query()));
  }

  private String path() {
    return decision.normalizedPath() == null ? head.path() : decision.normalizedPath();
  }

  private void setIfMissing(String name, String value) {
    if (editor.header(name) == null) {
      editor.setHeader(name, value);
    }
  }

  // A version 4 UUID: its 15th character says "not traced" to a sidecar. The same for all attempts.
  private static String requestId(long random) {
    long high = (Draws.requestIdHigh(random) & ~0xf000L) | 0x4000L;
    long low = (Draws.requestIdLow(random) & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low).toString();
  }
}
