package io.inmesh.agent.guard;

import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.trace.Trace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The rule for connections of which nothing is known but the address. What they will carry, clear
 * text or TLS, and under which of its names the destination is registered is open, so each reading
 * is tried: one that the mesh knows makes it meshed, and only if all are refused it is refused.
 */
final class BareConnections {
  private static final Verdict PASS = new Verdict.Pass();
  private static final Verdict MESHED = new Verdict.Meshed();

  /** The virtual host that istiod sends for unknown hosts under REGISTRY_ONLY. */
  private static final String BLOCK_ALL = "block_all";

  private BareConnections() {}

  static Verdict judge(MeshSnapshot snapshot, InetSocketAddress address) {
    String name = address.getHostString();
    int port = address.getPort();
    if (name.equalsIgnoreCase("localhost")) {
      return PASS;
    }
    InetAddress resolved = address.getAddress();
    if (resolved == null) {
      return either(snapshot, name, port, null);
    }
    String ip = resolved.getHostAddress();
    Verdict verdict = either(snapshot, name, port, ip);
    if (!resolved.isLoopbackAddress() && !name.equals(ip)) {
      if (isLeft(snapshot, ip, port, ip)) {
        return PASS;
      }
      verdict = best(verdict, either(snapshot, ip, port, ip));
    }
    boolean left = verdict instanceof Verdict.Pass && isLeft(snapshot, name, port, ip);
    return !left && requiresTls(snapshot, ip, port)
        ? new Verdict.Refuse("the endpoint requires the mesh's mutual TLS", true)
        : verdict;
  }

  /** What the mesh says if the connection carries clear text, and if it carries TLS. */
  private static Verdict either(MeshSnapshot snapshot, String host, int port, @Nullable String ip) {
    return best(
        judge(snapshot, new ConnectHead("http", host, port, ip)),
        judge(snapshot, new ConnectHead("https", host, port, ip)));
  }

  private static Verdict best(Verdict one, Verdict other) {
    return rank(one) >= rank(other) ? one : other;
  }

  private static int rank(Verdict verdict) {
    return verdict instanceof Verdict.Refuse refuse
        ? refuse.certain() ? 3 : 0
        : verdict instanceof Verdict.Meshed ? 2 : 1;
  }

  private static Verdict judge(MeshSnapshot snapshot, ConnectHead head) {
    Decision decision = route(snapshot, head, Trace.OFF);
    if (decision instanceof RouteDecision route) {
      return meshed(snapshot.cluster(route.clusterName()));
    }
    if (decision instanceof Decision.TcpRoute tcp) {
      return meshed(tcp.cluster());
    }
    if (decision instanceof Decision.Pending pending) {
      return meshed(awaited(snapshot, pending.need()));
    }
    if (decision instanceof Decision.Refusal refusal) {
      return new Verdict.Refuse(refusal.reason(), false);
    }
    if (decision instanceof LocalReply reply && blocksAll(snapshot, head, reply)) {
      return new Verdict.Refuse(
          "BlackHoleCluster: the registry does not know " + head.host(), false);
    }
    return decision instanceof Decision.Passthrough ? PASS : MESHED;
  }

  private static @Nullable ClusterState awaited(MeshSnapshot snapshot, Decision.Need need) {
    if (need instanceof Decision.Need.Endpoints endpoints) {
      return snapshot.cluster(endpoints.cluster());
    }
    return need instanceof Decision.Need.Address address
        ? snapshot.cluster(address.cluster())
        : null;
  }

  /** A cluster of the original destination changes nothing about where a connection goes. */
  private static Verdict meshed(@Nullable ClusterState cluster) {
    if (cluster == null) {
      return MESHED;
    }
    boolean known = !cluster.hosts().isEmpty();
    boolean original = known;
    boolean tls = known || isMeshTls(cluster.cluster().transportSecurity());
    for (Host host : cluster.hosts()) {
      original &= host.isOriginalDestination();
      tls &= isMeshTls(host.transportSocket());
    }
    return tls
        ? new Verdict.Refuse(
            "every endpoint of " + cluster.cluster().name() + " requires TLS", true)
        : original ? PASS : MESHED;
  }

  private static boolean blocksAll(MeshSnapshot snapshot, ConnectHead head, LocalReply reply) {
    if (reply.status() != 502) {
      return false;
    }
    Trace trace = Trace.recording();
    route(snapshot, head, trace);
    for (Trace.Entry entry : trace.entries()) {
      if (entry.kind().equals("virtual host") && entry.name().equals(BLOCK_ALL)) {
        return true;
      }
    }
    return false;
  }

  private static boolean requiresTls(MeshSnapshot snapshot, String ip, int port) {
    for (ClusterState cluster : snapshot.clusters()) {
      if (!knowsTls(cluster.cluster().transportSecurity())) {
        continue;
      }
      for (Host host : cluster.hosts()) {
        if (host.endpoint().port() == port
            && isMeshTls(host.transportSocket())
            && host.endpoint().address().equals(ip)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean knowsTls(TransportSecurity security) {
    if (isMeshTls(security.fallback())) {
      return true;
    }
    for (TransportSecurity.Match match : security.matches()) {
      if (isMeshTls(match.socket())) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is nothing else that a host could get, whoever the hosts will be. */
  private static boolean isMeshTls(TransportSecurity security) {
    for (TransportSecurity.Match match : security.matches()) {
      if (!isMeshTls(match.socket())) {
        return false;
      }
      if (match.labels().isEmpty()) {
        return true;
      }
    }
    return isMeshTls(security.fallback());
  }

  private static boolean isMeshTls(TransportSocket socket) {
    return socket instanceof TransportSocket.Tls tls && tls.mesh();
  }

  /** Excluded, or a loopback literal: never the mesh's business. */
  private static boolean isLeft(MeshSnapshot snapshot, String host, int port, String ip) {
    return route(snapshot, new ConnectHead("http", host, port, ip), Trace.OFF)
            instanceof Decision.Passthrough pass
        && (pass.reason() == Decision.Passthrough.Reason.EXCLUDED
            || pass.reason() == Decision.Passthrough.Reason.LOOPBACK);
  }

  private static Decision route(MeshSnapshot snapshot, ConnectHead head, Trace trace) {
    return snapshot.route(head, 0, 0, trace);
  }
}
