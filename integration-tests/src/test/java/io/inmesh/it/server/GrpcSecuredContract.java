package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.net.Socket;

/** The same of a server of gRPC. */
abstract class GrpcSecuredContract extends Http2SecuredContract {
  @Override
  protected final Class<? extends LibraryServer> server() {
    return GrpcServer.class;
  }

  @Override
  public final Wire speaking(Socket connection) throws IOException {
    return new GrpcWire(connection);
  }
}
