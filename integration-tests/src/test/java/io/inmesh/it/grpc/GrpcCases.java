package io.inmesh.it.grpc;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.TestMesh;

/** What the parts of {@link GrpcContract} have in common. */
interface GrpcCases {
  String CATALOG = "http://catalog:8080";
  int UNAVAILABLE = Status.Code.UNAVAILABLE.value();

  /** The mesh of this class. */
  TestMesh mesh();

  /** The app of this class. */
  ForkedClient app();

  /** The server of subset v1; its script and what it has seen are of one test. */
  GrpcUpstream v1();

  /** The server of subset v2. */
  GrpcUpstream v2();

  /** A call of one message to a method of the catalog. */
  default ClientAnswer unary(String path, String body) {
    return app().send(GrpcApp.call(MethodType.UNARY, CATALOG + path, body));
  }
}
