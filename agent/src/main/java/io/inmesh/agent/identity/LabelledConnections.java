package io.inmesh.agent.identity;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.PooledConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The open connections that libraries have made under labels. A label dies when its endpoint or its
 * cluster goes, and when connections there are made in another way; what is idle under a dead label
 * is closed. Thread-safe.
 */
public final class LabelledConnections {
  private final LabelledHosts hosts;
  private final Consumer<String> problems;
  private final Queue<Open> open = new ConcurrentLinkedQueue<>();
  private volatile boolean failed;

  private record Open(LabelledHost to, PooledConnection connection) {}

  /**
   * @param problems gets a line when the first connection could not be closed
   */
  public LabelledConnections(LabelledHosts hosts, Consumer<String> problems) {
    this.hosts = hosts;
    this.problems = problems;
  }

  /** A connection was made as {@code to} says. */
  public void opened(LabelledHost to, PooledConnection connection) {
    open.add(new Open(to, connection));
  }

  /** Closes what is idle under labels that the snapshot cannot give; forgets what has ended. */
  public void tidy(MeshSnapshot snapshot) {
    Map<String, Boolean> alive = new HashMap<>();
    open.removeIf(
        each -> {
          String label = each.to.label();
          return hasEnded(
              each.connection, alive.computeIfAbsent(label, unused -> isAlive(each.to, snapshot)));
        });
  }

  /** How many are known to be open. */
  int size() {
    return open.size();
  }

  private boolean isAlive(LabelledHost to, MeshSnapshot snapshot) {
    ClusterState cluster = snapshot.cluster(to.host().cluster().name());
    if (cluster == null) {
      return false;
    }
    Host now = cluster.hostAt(to.host().endpoint());
    return now == null ? !cluster.endpointsKnown() : hosts.isAlike(to, now);
  }

  private boolean hasEnded(PooledConnection connection, boolean alive) {
    try {
      if (!alive) {
        connection.closeIfIdle();
      }
      return connection.isClosed();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      // From here on it is the library's own affair.
      if (!failed) {
        failed = true;
        problems.accept("an idle connection could not be closed: " + e);
      }
      return true;
    }
  }
}
