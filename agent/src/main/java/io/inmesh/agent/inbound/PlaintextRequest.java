package io.inmesh.agent.inbound;

import io.inmesh.engine.UntrustedHeaders;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;

/** A request that may be made in clear where TLS is required: nobody vouches for its caller. */
final class PlaintextRequest implements Admission.Admitted {
  private final InboundRuntime mesh;

  PlaintextRequest(InboundRuntime mesh) {
    this.mesh = mesh;
  }

  @Override
  public void editRequest(HeadEditor head) {
    UntrustedHeaders.removeAll(head);
  }

  @Override
  public void editResponse(int status, HeaderEditor headers) {
    // To a probe the app answers by itself.
  }

  @Override
  public boolean isLast() {
    return mesh.isLeaving();
  }

  @Override
  public void ended(Exchange.End how) {
    // Counted when it came.
  }
}
