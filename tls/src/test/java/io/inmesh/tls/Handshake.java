package io.inmesh.tls;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What two engines agreed on.
 *
 * @param version of TLS
 * @param protocol of ALPN, empty for none
 * @param client whom the server saw, empty for nobody
 * @param server whom the client saw
 */
record Handshake(
    String version, String protocol, Optional<X509Certificate> client, X509Certificate server) {

  /** Shakes hands in memory, up to the first byte that the server reads. */
  static Handshake between(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = wire(client);
    ByteBuffer toClient = wire(server);
    ByteBuffer said = ByteBuffer.wrap(new byte[] {42});
    while (true) {
      boolean moved = step(client, said, toClient, toServer);
      moved |= step(server, ByteBuffer.allocate(0), toServer, toClient);
      if (!said.hasRemaining() && toServer.position() == 0) {
        return of(client, server);
      }
      if (!moved) {
        throw new SSLException("the handshake stands still");
      }
    }
  }

  private static ByteBuffer wire(SSLEngine engine) {
    return ByteBuffer.allocate(4 * engine.getSession().getPacketBufferSize());
  }

  private static boolean step(SSLEngine engine, ByteBuffer said, ByteBuffer in, ByteBuffer out)
      throws SSLException {
    boolean moved = false;
    while (true) {
      HandshakeStatus status = engine.getHandshakeStatus();
      int before = in.position() + out.position() + said.position();
      if (status == HandshakeStatus.NEED_TASK) {
        engine.getDelegatedTask().run();
        moved = true;
        continue;
      }
      boolean settled = status == HandshakeStatus.NOT_HANDSHAKING;
      if (status == HandshakeStatus.NEED_UNWRAP || (settled && in.position() > 0)) {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
        in.compact();
      } else if (!settled || said.hasRemaining()) {
        engine.wrap(said, out);
      }
      if (in.position() + out.position() + said.position() == before
          && engine.getHandshakeStatus() == status) {
        return moved;
      }
      moved = true;
    }
  }

  private static Handshake of(SSLEngine client, SSLEngine server) throws SSLException {
    SSLSession session = client.getSession();
    return new Handshake(
        session.getProtocol(),
        client.getApplicationProtocol(),
        peer(server.getSession()),
        (X509Certificate) session.getPeerCertificates()[0]);
  }

  private static Optional<X509Certificate> peer(SSLSession session) {
    try {
      return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
