package io.inmesh.it.server;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.inmesh.instrumentation.testing.TestCa;
import java.time.Duration;
import java.time.Instant;

/** gRPC to which the app has given TLS of its own. */
public final class GrpcTlsServer extends GrpcServer {
  @Override
  protected ServerCredentials credentials() throws Exception {
    TestCa.Signed own =
        TestCa.stranger().sign("own.example", "app", Instant.now().plus(Duration.ofHours(1)));
    return TlsServerCredentials.create(own.chainPem(), own.keyPem());
  }
}
