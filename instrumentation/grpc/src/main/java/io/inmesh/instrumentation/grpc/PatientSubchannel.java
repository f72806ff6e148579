package io.inmesh.instrumentation.grpc;

import io.grpc.LoadBalancer.Subchannel;
import io.grpc.util.ForwardingSubchannel;

/** A subchannel of the app's policy, which connects when the first call needs it. */
final class PatientSubchannel extends ForwardingSubchannel {
  private final Subchannel subchannel;
  private final MeshHelper helper;

  PatientSubchannel(Subchannel subchannel, MeshHelper helper) {
    this.subchannel = subchannel;
    this.helper = helper;
  }

  @Override
  protected Subchannel delegate() {
    return subchannel;
  }

  @Override
  public void requestConnection() {
    if (helper.mayConnect(this)) {
      subchannel.requestConnection();
    }
  }

  @Override
  public void shutdown() {
    helper.forget(this);
    subchannel.shutdown();
  }
}
