package io.inmesh.it.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that say something and then nothing more. Not thread-safe, but for {@link #breakOff}.
 */
final class HalfOpen implements AutoCloseable {
  private final InetSocketAddress server;
  private final byte[] said;
  private final List<SocketChannel> open = new ArrayList<>();

  HalfOpen(int port, byte[] said) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.said = said;
  }

  /** One more. */
  void add() throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    open.add(channel);
    say(channel);
    channel.configureBlocking(false);
  }

  /** How many the server has not closed. */
  int open() throws IOException {
    List<SocketChannel> left = new ArrayList<>();
    for (SocketChannel channel : open) {
      if (isOpen(channel)) {
        left.add(channel);
      } else {
        channel.close();
      }
    }
    open.clear();
    open.addAll(left);
    return left.size();
  }

  private static boolean isOpen(SocketChannel channel) {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    try {
      int read = channel.read(answer);
      while (read > 0) {
        read = channel.read(answer.clear());
      }
      return read == 0;
    } catch (IOException reset) {
      return false;
    }
  }

  /** One that is answered and then broken off. */
  void breakOff() throws IOException {
    try (SocketChannel channel = SocketChannel.open(server)) {
      // A reset, not an end: the latter would keep the port for a minute.
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      say(channel);
      channel.read(ByteBuffer.allocate(1));
    } catch (IOException closed) {
      // By the server, as it may.
    }
  }

  private void say(SocketChannel channel) {
    try {
      channel.write(ByteBuffer.wrap(said));
    } catch (IOException closed) {
      // By the server, as it may.
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
