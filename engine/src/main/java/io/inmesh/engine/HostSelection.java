package io.inmesh.engine;

import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.PickContext;
import io.inmesh.engine.cluster.PreviousPriorities;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.route.RetryPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request asks of its hosts: its hash, and none that was tried where the policy says so. */
final class HostSelection implements PickContext {
  private final RouteDecision decision;
  private final RequestHead head;
  private final Attempts attempts;
  private final @Nullable RetryPolicy policy;
  private final @Nullable PreviousPriorities tried;
  private boolean retrying;
  private @Nullable RequestHash hashing;
  private @Nullable Long hash;

  HostSelection(
      RouteDecision decision, RequestHead head, Attempts attempts, @Nullable RetryPolicy policy) {
    this.decision = decision;
    this.head = head;
    this.attempts = attempts;
    this.policy = policy;
    tried =
        policy == null || policy.previousPriorities() == 0
            ? null
            : new PreviousPriorities(policy.previousPriorities());
  }

  /** A host for an attempt, or null where none is to be had. */
  @Nullable Host pick(int attempt) {
    retrying = attempt > 0;
    Host host = decision.cluster().pick(Draws.pick(decision.random(), attempt), this);
    if (tried != null && host != null) {
      tried.attempted(host);
    }
    return host;
  }

  @Override
  public @Nullable MetadataMatch metadataMatch() {
    return decision.action().metadataMatch(decision.weighted());
  }

  @Override
  public @Nullable PreviousPriorities previousPriorities() {
    return tried;
  }

  @Override
  public boolean rejects(Host candidate) {
    return policy != null
        && retrying
        && ((policy.previousHosts() && attempts.tried(candidate))
            || policy.omits(candidate.endpoint().lbMetadata()));
  }

  @Override
  public int hostSelectionAttempts() {
    return policy == null ? 0 : policy.hostSelectionAttempts();
  }

  @Override
  public @Nullable String requestHeader(String lowerCaseName) {
    return decision.mutatesRequest() ? mutated(lowerCaseName) : head.firstValue(lowerCaseName);
  }

  @Override
  public Destination destination() {
    return decision.snapshot().nameTable().destination(head);
  }

  @Override
  public boolean hasHash() {
    return requestHash() != null;
  }

  @Override
  public long hash() {
    Long known = requestHash();
    return known == null ? 0 : known;
  }

  /** Sends back the cookies that were made up for the hash. */
  void editResponse(HeaderEditor editor) {
    if (hashing != null) {
      for (String cookie : hashing.cookies()) {
        editor.addHeader("set-cookie", cookie);
      }
    }
  }

  // The route has changed the headers before a host is chosen.
  private @Nullable String mutated(String name) {
    String joined = head.header(name);
    List<String> lines = head.lines(name);
    List<String> values = lines != null ? lines : joined == null ? List.of() : List.of(joined);
    ReplyHeaders headers =
        new ReplyHeaders(values.stream().map(value -> new LocalReply.Header(name, value)).toList());
    RequestFormat context = new RequestFormat(decision.snapshot(), decision.route(), head);
    context.upstream(decision.clusterName(), null, 0, null);
    Mutations.request(
        headers,
        context,
        decision.table(),
        decision.virtualHost(),
        decision.route(),
        decision.weighted());
    return headers.firstLine(name);
  }

  // Once a request: a retry starts from the same place.
  private @Nullable Long requestHash() {
    if (hashing == null) {
      hashing = new RequestHash(head, decision.snapshot().identity().ip());
      hash = hashing.of(decision.action().hashPolicies());
    }
    return hash;
  }
}
