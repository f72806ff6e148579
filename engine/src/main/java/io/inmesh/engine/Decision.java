package io.inmesh.engine;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.PickContext;
import io.inmesh.engine.cluster.TransportSocket;
import org.jspecify.annotations.Nullable;

/** What the engine says about one request. Decisions never wait. */
public sealed interface Decision
    permits Decision.Passthrough,
        Decision.Refusal,
        Decision.Pending,
        Decision.TcpRoute,
        LocalReply,
        RouteDecision {

  /** The request goes where the app sends it, untouched. */
  record Passthrough(Reason reason) implements Decision {
    /** Why. */
    public enum Reason {
      /** The host is a loopback literal. */
      LOOPBACK,
      /** An exclusion names it. */
      EXCLUDED,
      /** No snapshot says anything about it. */
      NO_LISTENER,
      /** It goes to Istio's PassthroughCluster. */
      PASSTHROUGH_CLUSTER
    }
  }

  /** The connection is closed, as by Istio's BlackHoleCluster; the reason is for people. */
  record Refusal(String reason) implements Decision {}

  /**
   * Something is not known yet; when it is, route again with the same random number.
   *
   * @param otherwise the answer when waiting is over or useless
   */
  record Pending(Need need, LocalReply otherwise) implements Decision {
    /**
     * What to go on with when the wait is over: a need that is not met by now is answered, not
     * waited for a second time.
     *
     * @param next the decision made then
     */
    public Decision after(Decision next) {
      return next instanceof Pending still && same(still.need, need) ? otherwise : next;
    }

    // The equals of a record is linked at run time, while the first call waits.
    private static boolean same(Need one, Need other) {
      if (one instanceof Need.Endpoints some && other instanceof Need.Endpoints others) {
        return some.cluster().equals(others.cluster());
      }
      if (one instanceof Need.Address some && other instanceof Need.Address others) {
        return some.cluster().equals(others.cluster()) && some.host().equals(others.host());
      }
      return one.getClass() == other.getClass();
    }
  }

  /** What is missing. */
  sealed interface Need {
    /** The endpoints of a cluster. */
    record Endpoints(String cluster) implements Need {}

    /**
     * The addresses of a name that the app connects to, which the cluster itself does not have; to
     * be told to {@link ClusterState#resolved}.
     */
    record Address(String cluster, String host) implements Need {}

    /** The first configuration of all; only the agent asks for it, before there is a snapshot. */
    record FirstSnapshot() implements Need {}
  }

  /**
   * A cluster by L4 rules: the call connects to one of its hosts; its bytes and its own TLS are not
   * touched.
   *
   * @param destination where the app connects to
   * @param ownTls whether the app's bytes are TLS already
   */
  record TcpRoute(String clusterName, ClusterState cluster, Destination destination, boolean ownTls)
      implements Decision {
    /**
     * The host of one connection, or null: then the connection is refused. To what is TLS already a
     * host that requires the mesh's is never returned: nobody speaks TLS around the app's own.
     */
    public @Nullable Host pick(long random) {
      Host host = cluster.pick(random, new Connecting(destination));
      return host != null && speaks(host.transportSocket()) ? host : null;
    }

    private boolean speaks(TransportSocket socket) {
      return socket instanceof TransportSocket.RawBuffer
          || (!ownTls && socket instanceof TransportSocket.Tls);
    }

    /** The pick of a connection of which nothing is known but where it goes. */
    private record Connecting(Destination destination) implements PickContext {
      @Override
      public boolean rejects(Host host) {
        return false;
      }

      @Override
      public int hostSelectionAttempts() {
        return 0;
      }
    }
  }
}
