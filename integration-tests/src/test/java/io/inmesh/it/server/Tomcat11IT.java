package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Tomcat11IT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return TomcatServer.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "tomcat-11.0.18");
  }
}
