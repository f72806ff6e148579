package io.inmesh.it.server;

import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Tomcat11IT extends TomcatContract {
  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "tomcat-11.0.18");
  }
}
