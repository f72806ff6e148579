package io.inmesh.it.grpc;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.it.origination.OutsideServer;
import io.inmesh.it.origination.Speech;
import java.io.IOException;
import java.util.Optional;

/** gRPC. */
final class GrpcSpeech implements Speech {
  @Override
  public String protocol() {
    return "GRPC";
  }

  @Override
  public int served() {
    return Status.Code.OK.value();
  }

  @Override
  public int unavailable() {
    return Status.Code.UNAVAILABLE.value();
  }

  @Override
  public OutsideServer server(TestCa.Signed shown, Optional<TestCa> callers) throws IOException {
    return new OutsideGrpc(shown, callers);
  }

  @Override
  public ClientCall call(String authority) {
    return GrpcApp.call(MethodType.UNARY, "http://" + authority + "/a.Service/View", "");
  }
}
