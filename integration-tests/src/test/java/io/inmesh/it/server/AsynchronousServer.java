package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;

/** The same on the JDK's asynchronous channels: whoever connects and speaks gets a greeting. */
public final class AsynchronousServer implements LibraryServer {
  @Override
  public int start(ServerPages pages, int port) throws IOException {
    AsynchronousServerSocketChannel server =
        AsynchronousServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    server.accept(null, new Greeting(server));
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private record Greeting(AsynchronousServerSocketChannel server)
      implements CompletionHandler<AsynchronousSocketChannel, Object> {
    @Override
    public void completed(AsynchronousSocketChannel channel, Object unused) {
      server.accept(null, this);
      try (channel) {
        channel.read(ByteBuffer.allocate(1024)).get();
        channel
            .write(
                ByteBuffer.wrap(
                    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"
                        .getBytes(StandardCharsets.US_ASCII)))
            .get();
      } catch (IOException | ExecutionException gone) {
        // The peer, or the guard, has closed it.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void failed(Throwable failure, Object unused) {
      // The server socket is closed: the process ends.
    }
  }
}
