package io.inmesh.instrumentation.api;

import io.inmesh.engine.Decision;
import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.RequestHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The mesh as a library module sees it. One object for the process; advice gets it in its
 * constructor. Thread-safe; no method blocks.
 */
public interface Mesh {
  /**
   * Decides where one request goes, by the configuration in force.
   *
   * @param head read during the call only, unless the decision is a {@link RouteDecision}, which
   *     reads it again when it edits the head
   */
  Decision route(RequestHead head);

  /**
   * Completes when a need is met or its time is up; {@link #route} then decides again, and does not
   * answer {@code Pending} a second time for the same need.
   */
  CompletionStage<?> await(Decision.Need need);

  /** An endpoint of an L4 route, or null if none can take the connection. */
  @Nullable Host pick(Decision.TcpRoute route);

  /**
   * How an attempt is to connect to a host now.
   *
   * @param authority Host or :authority of the attempt, which some clusters take the server name
   *     from
   * @throws IOException where the host requires TLS and this process cannot speak it as the
   *     configuration asks: it is not called in clear instead
   */
  LabelledHost labelled(Host host, String authority) throws IOException;

  /** What a label stands for, or null where it was never given or its host is gone. */
  @Nullable LabelledHost labelled(String label);

  /**
   * A library has connected as {@code to} says. Once connections to that endpoint are made in
   * another way, or not at all, the mesh closes it as soon as it is idle.
   */
  void opened(LabelledHost to, PooledConnection connection);

  /** Opens the record of one request. */
  Exchange open(RouteDecision decision, RequestFlow flow, String module);

  /**
   * Sends a copy of a request beside it: at once, on the agent's own connections, its response
   * discarded. What cannot be sent is dropped and counted.
   *
   * @param body empty where there is none; not to be changed afterwards
   */
  void mirror(MirrorRequest copy, ByteBuffer body);

  /** What may be kept of request bodies, to send them again. */
  ReplayBudget replayBudget();

  /** The monotonic clock in nanoseconds that all of the mesh goes by. */
  long nanoTime();

  /** A random number, uniform over all of long. */
  long random();

  /** The agent's timer. */
  Timers timers();

  /** True to give the library's own connect and timeout exceptions instead of Envoy's answers. */
  boolean nativeFailures();

  /** True if the current thread is the agent's own: its connections are never the app's. */
  boolean ownThread();
}
