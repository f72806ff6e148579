package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;

/**
 * A server that agrees on HTTP/2 with who speaks it, and leaves when its part of a handshake of TLS
 * 1.3 is done. To the caller the connection has come to be, and it ends as early as it can.
 */
final class Parting implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ServerSocket server;
  private final SSLContext tls;
  private final AtomicInteger parted = new AtomicInteger();

  private Parting(ServerSocket server, SSLContext tls) {
    this.server = server;
    this.tls = tls;
  }

  /** Starts one that shows this certificate. */
  static Parting start(TestCa.Signed shown) throws IOException {
    Parting parting =
        new Parting(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), shown.context());
    Thread thread = new Thread(parting::serve, "parting");
    thread.setDaemon(true);
    thread.start();
    return parting;
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many callers it has left so. */
  int parted() {
    return parted.get();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket caller = server.accept()) {
        answer(caller.getInputStream(), caller.getOutputStream());
        parted.incrementAndGet();
      } catch (IOException gone) {
        // The caller's affair, or the end of the server.
      }
    }
  }

  private void answer(InputStream in, OutputStream out) throws IOException {
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    engine.setSSLParameters(parameters);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    ByteBuffer answer = ByteBuffer.allocate(4 * hello.capacity());
    engine.beginHandshake();
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
      int count = in.read(hello.array(), hello.position(), hello.remaining());
      if (count < 0) {
        throw new IOException("the caller has left");
      }
      hello.position(hello.position() + count).flip();
      engine.unwrap(hello, ByteBuffer.allocate(hello.capacity()));
      hello.compact();
    }
    while (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        engine.getDelegatedTask().run();
      } else {
        engine.wrap(NOTHING, answer);
      }
    }
    out.write(answer.array(), 0, answer.position());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
