package io.inmesh.it.server;

import io.inmesh.it.client.LibraryVersions;

class Tomcat10IT extends TomcatContract {
  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "tomcat-10.1.52");
  }
}
