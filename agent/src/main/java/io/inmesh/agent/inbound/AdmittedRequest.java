package io.inmesh.agent.inbound;

import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request that the app got; to the engine the app is the upstream of one attempt. */
final class AdmittedRequest implements Admission.Admitted {
  private final InboundRuntime mesh;
  private final RequestFlow flow;
  private final AtomicBoolean ended = new AtomicBoolean();

  AdmittedRequest(InboundRuntime mesh, RequestFlow flow) {
    this.mesh = mesh;
    this.flow = flow;
  }

  @Override
  public void editRequest(HeadEditor head) {
    flow.editRequest(head, mesh.source().nanoTime());
  }

  @Override
  public void editResponse(int status, HeaderEditor headers) {
    long now = mesh.source().nanoTime();
    flow.onResponse(status, headers::header, now);
    flow.editResponse(status, headers, now);
  }

  @Override
  public boolean isLast() {
    return mesh.isLeaving();
  }

  @Override
  public void ended(Exchange.End how) {
    if (ended.compareAndSet(false, true)) {
      flow.onEnd(mesh.source().nanoTime());
      mesh.traffic().ended();
    }
  }
}
