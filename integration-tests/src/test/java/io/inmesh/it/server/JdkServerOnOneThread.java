package io.inmesh.it.server;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** A server whose app gave it no executor: one thread does all. */
public final class JdkServerOnOneThread extends JdkServer {
  @Override
  protected HttpServer create(InetSocketAddress address) throws Exception {
    return HttpServer.create(address, 0);
  }
}
