package io.inmesh.it.pod;

import com.sun.net.httpserver.HttpServer;
import io.inmesh.it.server.JdkServer;
import java.net.InetSocketAddress;

/** Serves at every address of its pod, as an app in a container does. */
public final class PodServer extends JdkServer {
  @Override
  protected HttpServer create(InetSocketAddress address) throws Exception {
    return super.create(new InetSocketAddress(address.getPort()));
  }
}
