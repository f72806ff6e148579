package io.inmesh.instrumentation.api;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import java.util.function.Supplier;

/** What is decided about a request that a port of the app has received. */
public sealed interface Admission {
  /** The app gets it. */
  non-sealed interface Admitted extends Admission {
    /** Changes the head that the app is to see, as a sidecar would have; called at most once. */
    void editRequest(HeadEditor head);

    /** Changes the head of the app's response; called at most once. */
    void editResponse(int status, HeaderEditor headers);

    /**
     * Whether the process is about to end: the module lets the connection end with this response,
     * by {@code Connection: close} or GOAWAY. Asked after {@link #editResponse}.
     */
    boolean isLast();

    /** The exchange is over; only the first call counts. */
    void ended(Exchange.End how);
  }

  /**
   * The mesh answers; the app never sees the request.
   *
   * @param close whether the connection is closed after the answer
   */
  record Answered(LocalReply reply, boolean close) implements Admission {}

  /**
   * A filter delays it.
   *
   * @param nanos how long
   * @param next decides then
   */
  record Delayed(long nanos, Supplier<Admission> next) implements Admission {}

  /** The app gets it as it is: the mesh has nothing to do with requests of this connection. */
  record Untouched() implements Admission {}
}
