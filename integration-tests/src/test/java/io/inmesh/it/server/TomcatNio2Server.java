package io.inmesh.it.server;

import org.apache.catalina.connector.Connector;

/** Tomcat with the connector that no module covers. */
public final class TomcatNio2Server extends TomcatServer {
  @Override
  Connector connector() {
    return new Connector("org.apache.coyote.http11.Http11Nio2Protocol");
  }
}
