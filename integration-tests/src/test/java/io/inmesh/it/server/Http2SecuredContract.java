package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.Http2Wire;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.SecuredServerContract;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.net.Socket;

/** Handshakes, callers, policy about connections and the start, of a server that speaks HTTP/2. */
abstract class Http2SecuredContract extends SecuredServerContract {
  @Override
  public Wire speaking(Socket connection) throws IOException {
    return new Http2Wire(connection);
  }

  @Override
  public final MeshCaller caller(String account) throws IOException {
    return super.caller(account).offering("istio-h2", "istio", "h2");
  }
}
