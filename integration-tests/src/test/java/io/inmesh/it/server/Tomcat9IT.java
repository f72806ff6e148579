package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Tomcat9IT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return TomcatServer.class;
  }
}
