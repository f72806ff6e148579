package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;

class Tomcat9IT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return TomcatServer.class;
  }
}
