package io.inmesh.instrumentation.api;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.tls.ServerTls;
import java.nio.ByteBuffer;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/**
 * One accepted connection, from its first byte to its end. A server module calls {@link #look}
 * until it decides, {@link #secured} after a handshake, {@link #admit} for each request, {@link
 * #closed} once. Methods of one connection are called by one thread at a time; none blocks or
 * throws.
 */
public interface InboundConnection {
  /** What the first bytes of a connection make of it. */
  sealed interface Verdict {
    /** More bytes are needed. */
    record More() implements Verdict {}

    /** Everything received and to come is the app's, in clear or in TLS that the app terminates. */
    record Pass() implements Verdict {}

    /**
     * The mesh terminates TLS: everything received and to come goes to an engine of this.
     *
     * @param spoken what the engine may agree on, see {@link ServerTls#engine}
     */
    record Terminate(ServerTls tls, Set<String> spoken) implements Verdict {
      public Terminate {
        spoken = Set.copyOf(spoken);
      }

      /** An engine in server mode, ready for the handshake. */
      public SSLEngine engine() {
        return tls.engine(spoken);
      }
    }

    /**
     * The connection is closed.
     *
     * @param reason for the log
     */
    record Close(String reason) implements Verdict {}
  }

  /**
   * Decides by the bytes received so far, of which none are taken; called again with more of them
   * while the answer is {@link Verdict.More}. The first call may come with none: ports where the
   * server speaks first do not wait. Of a connection that is only observed, once, with the first
   * bytes that the app reads.
   *
   * @param received from its position to its limit; both are left as they are
   */
  Verdict look(ByteBuffer received);

  /**
   * The handshake is over.
   *
   * @return false where the connection must be closed: the peer's certificate has expired since the
   *     session began, or policy forbids the peer at L4
   */
  boolean secured(SSLSession session);

  /**
   * Decides about one request by the configuration of this moment.
   *
   * @param head read during the call, and by {@link Admission.Admitted} when it edits the head
   * @param module name of the server module
   */
  Admission admit(RequestHead head, String module);

  /**
   * The module cannot see the requests of this connection, only its bytes: they never reach {@link
   * #admit}. Called once look has decided, and the handshake if any is over.
   *
   * @return false where the connection must be closed: policy decides about requests. Should a
   *     later one do so, the closer is called
   */
  boolean opaque();

  /**
   * False where the mesh only observes the connection: it decides and counts as ever, but lets all
   * pass. A module then holds nothing, and what it cannot ask about is the app's.
   */
  boolean acts();

  /** The connection has ended, or its handshake has failed; only the first call counts. */
  void closed();
}
