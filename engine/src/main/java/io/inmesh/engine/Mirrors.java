package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.ClusterLoadAssignment.DropOverload;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.PickContext;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.route.MirrorPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which copies of a request are sent, and how they differ from it. */
final class Mirrors {
  private static final String SUFFIX = "-shadow";

  private Mirrors() {}

  /** The policies of the most specific level that has any. */
  static List<MirrorPolicy> policies(RouteDecision decision) {
    // Nobody could send the copy as the app sends the request.
    if (decision.keepsOwnTls()) {
      return List.of();
    }
    if (!decision.action().mirrors().isEmpty()) {
      return decision.action().mirrors();
    }
    List<MirrorPolicy> ofHost = decision.virtualHost().options().mirrors();
    return ofHost.isEmpty() ? decision.table().mirrors() : ofHost;
  }

  /** Whether any copy is sent, so that the body is worth keeping. */
  static boolean any(RouteDecision decision, RequestHead head) {
    List<MirrorPolicy> policies = policies(decision);
    for (int i = 0; i < policies.size(); i++) {
      if (target(decision, head, policies.get(i), i) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param own the headers of the app and its library, names in lower case
   * @param edit gives a head what the request's own first attempt has been given
   */
  static List<MirrorRequest> of(
      RouteDecision decision,
      RequestHead head,
      List<Header> own,
      long timeoutNanos,
      Consumer<MirrorHead> edit) {
    List<MirrorRequest> out = new ArrayList<>(1);
    List<MirrorPolicy> policies = policies(decision);
    for (int i = 0; i < policies.size(); i++) {
      MirrorPolicy policy = policies.get(i);
      ClusterState cluster = target(decision, head, policy, i);
      long draw = Draws.mirror(decision.random(), 100 + i);
      if (cluster == null || dropped(cluster, draw)) {
        continue;
      }
      MirrorHead copy = new MirrorHead(head, own);
      edit.accept(copy);
      Host host = cluster.pick(draw, new CopyContext(decision, head, copy));
      if (host == null) {
        continue;
      }
      copy.setAuthority(authority(policy, copy.authority()));
      copy.setHeader("x-envoy-internal", "true");
      String ip = decision.snapshot().identity().ip();
      if (!ip.isEmpty()) {
        String before = copy.header("x-forwarded-for");
        copy.setHeader("x-forwarded-for", before == null ? ip : before + "," + ip);
      }
      out.add(
          new MirrorRequest(
              cluster,
              host,
              head.method(),
              copy.path(),
              copy.authority(),
              copy.headers(),
              timeoutNanos));
    }
    return out;
  }

  /** What a copy adds to the pick of its host. */
  private record CopyContext(RouteDecision decision, RequestHead head, MirrorHead copy)
      implements PickContext {
    @Override
    public boolean rejects(Host host) {
      return false;
    }

    @Override
    public int hostSelectionAttempts() {
      return 0;
    }

    @Override
    public @Nullable String requestHeader(String lowerCaseName) {
      return copy.firstLine(lowerCaseName);
    }

    @Override
    public Destination destination() {
      return decision.snapshot().nameTable().destination(head);
    }
  }

  // A cluster that is not there is no error: nobody waits for the copy.
  private static @Nullable ClusterState target(
      RouteDecision decision, RequestHead head, MirrorPolicy policy, int index) {
    if (head.method().equals("CONNECT")) {
      return null;
    }
    String name = policy.cluster();
    if (name.isEmpty() && policy.clusterHeader() != null) {
      String named = head.firstValue(policy.clusterHeader());
      name = named == null ? "" : named;
    }
    ClusterState cluster = name.isEmpty() ? null : decision.snapshot().cluster(name);
    return cluster != null && policy.fraction().selects(Draws.mirror(decision.random(), index))
        ? cluster
        : null;
  }

  private static String authority(MirrorPolicy policy, String authority) {
    if (policy.hostRewriteLiteral() != null) {
      return policy.hostRewriteLiteral();
    }
    if (!policy.hostSuffix()) {
      return authority;
    }
    int colon = authority.indexOf(':');
    boolean port = colon > 0 && colon == authority.lastIndexOf(':');
    return port
        ? authority.substring(0, colon) + SUFFIX + authority.substring(colon)
        : authority + SUFFIX;
  }

  private static boolean dropped(ClusterState cluster, long random) {
    DropOverload drop = cluster.dropOverload();
    return drop != null && drop.percentage().selects(Draws.dropOverload(random));
  }
}
