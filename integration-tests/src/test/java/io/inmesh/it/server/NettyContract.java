package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;

/** What a server of Netty's HTTP/1.1 has to do beyond the contract. */
abstract class NettyContract extends OwnTlsContract {
  @Override
  protected final Class<? extends LibraryServer> server() {
    return NettyServer.class;
  }

  @Override
  final Class<? extends LibraryServer> ownTls() {
    return NettyHttpsServer.class;
  }
}
