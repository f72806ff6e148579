package io.inmesh.engine;

import io.inmesh.engine.RequestFlow.AttemptRecord;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.ResourceManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The attempts of one request: those under way, and how the others ended. */
final class Attempts {
  private final List<AttemptRecord> ended = new ArrayList<>(2);
  private final List<Try> underWay = new ArrayList<>(1);
  private final ClusterState cluster;
  private final ResourceManager resources;
  private int count;

  Attempts(RouteDecision decision) {
    cluster = decision.cluster();
    resources = cluster.resources(decision.action().highPriority());
  }

  /** Counts the next one, which may find no host. */
  int next() {
    return ++count;
  }

  /** Number of the last one, 0 before the first. */
  int count() {
    return count;
  }

  /** The last one counted is under way; returns whether the circuit breakers admit it. */
  boolean start(Host host) {
    Try started = new Try(count, host, resources, cluster.hosts().size());
    underWay.add(started);
    return started.isAdmitted();
  }

  @Nullable Try find(int number) {
    for (int i = 0; i < underWay.size(); i++) {
      if (underWay.get(i).number == number) {
        return underWay.get(i);
      }
    }
    return null;
  }

  int underWay() {
    return underWay.size();
  }

  void forEach(Consumer<Try> action) {
    underWay.forEach(action);
  }

  /** How one ended, or answered. */
  void record(Try attempt, int status, @Nullable ResetReason reset) {
    ended.add(new AttemptRecord(attempt.host, status, reset));
  }

  /** Those under way are all given up. */
  void recordGivenUp() {
    for (int i = 0; i < underWay.size(); i++) {
      record(underWay.get(i), 0, ResetReason.LOCAL_RESET);
    }
  }

  List<AttemptRecord> ended() {
    return List.copyOf(ended);
  }

  boolean tried(Host host) {
    for (int i = 0; i < ended.size(); i++) {
      if (ended.get(i).host() == host) {
        return true;
      }
    }
    for (int i = 0; i < underWay.size(); i++) {
      if (underWay.get(i).host == host) {
        return true;
      }
    }
    return false;
  }

  void end(Try over) {
    over.release();
    underWay.remove(over);
  }

  void endOthers(Try winner) {
    for (int i = underWay.size() - 1; i >= 0; i--) {
      if (underWay.get(i) != winner) {
        end(underWay.get(i));
      }
    }
  }

  void endAll() {
    for (int i = 0; i < underWay.size(); i++) {
      underWay.get(i).release();
    }
    underWay.clear();
  }
}
