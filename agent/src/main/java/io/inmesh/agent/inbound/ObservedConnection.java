package io.inmesh.agent.inbound;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;

/**
 * A connection of a mesh that only observes: what is in clear is decided about and counted as if
 * the mesh acted, and all of it is the app's. TLS stays the app's too, so nobody sees inside. By
 * the policy of the moment: what a later one would close is told by its next request.
 */
final class ObservedConnection implements InboundConnection {
  private static final Verdict PASS = new Verdict.Pass();
  private static final Admission UNTOUCHED = new Admission.Untouched();

  private final AcceptedConnection decided;
  private volatile boolean accepted;

  /**
   * @param decided decides, and nobody does what it says
   */
  ObservedConnection(AcceptedConnection decided) {
    this.decided = decided;
  }

  @Override
  public boolean acts() {
    return false;
  }

  @Override
  public Verdict look(ByteBuffer received) {
    accepted = decided.look(received) instanceof Verdict.Pass;
    // Nobody waits for more bytes, nor for a handshake of ours.
    decided.handshakeOver();
    return PASS;
  }

  @Override
  public boolean secured(SSLSession session) {
    return true;
  }

  @Override
  public Admission admit(RequestHead head, String module) {
    try {
      observe(head);
    } catch (RuntimeException unobserved) {
      // Observing: what fails in here is not the app's affair.
    }
    return UNTOUCHED;
  }

  private void observe(RequestHead head) {
    if (decided.isClear()) {
      Admission admission = decided.decide(head);
      while (admission instanceof Admission.Delayed delayed) {
        admission = delayed.next().get();
      }
      if (admission instanceof Admission.Admitted admitted) {
        admitted.ended(Exchange.End.COMPLETE);
      }
    }
  }

  @Override
  public boolean opaque() {
    // What would have been closed has been counted.
    if (accepted && decided.isClear()) {
      decided.opaque();
    }
    return true;
  }

  @Override
  public void closed() {
    decided.closed();
  }
}
