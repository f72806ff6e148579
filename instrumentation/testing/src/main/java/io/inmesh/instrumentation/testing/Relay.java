package io.inmesh.instrumentation.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Stands between caller and server, and keeps what goes by. */
public final class Relay implements AutoCloseable {
  /** So many bytes to the server go one by one where pieces are asked for. */
  private static final int SINGLE = 2_000;

  private final ServerSocket accepting;
  private final int target;
  private final boolean pieces;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Socket> callers = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch answers = new CountDownLatch(0);

  private Relay(int target, boolean pieces) throws IOException {
    this.accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.pieces = pieces;
    daemon(this::accept);
  }

  /** Hands on what comes as it comes. */
  public static Relay to(int port) throws IOException {
    return new Relay(port, false);
  }

  /** Hands on what a caller sends first byte by byte. */
  static Relay inPieces(int port) throws IOException {
    return new Relay(port, true);
  }

  /** Where callers connect. */
  public int port() {
    return accepting.getLocalPort();
  }

  /** All bytes of both directions, each as one character. */
  public String seen() {
    synchronized (seen) {
      return seen.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** How many connections callers have made. */
  public int accepted() {
    return callers.size();
  }

  /** How many of them have not ended. */
  public int open() {
    return (int) callers.stream().filter(caller -> !caller.isClosed()).count();
  }

  /** Keeps back what servers send, until {@link #release}. */
  public void hold() {
    answers = new CountDownLatch(1);
  }

  /** Hands on what was kept back. */
  public void release() {
    answers.countDown();
  }

  /** Sends this to the server of the latest connection, between what the caller sends. */
  void inject(String text) throws IOException {
    OutputStream out = open.get(open.size() - 1).getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = accepting.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        server.setTcpNoDelay(true);
        open.addAll(List.of(caller, server));
        callers.add(caller);
        daemon(() -> carry(caller, server, pieces ? SINGLE : 0, false));
        daemon(() -> carry(server, caller, 0, true));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void carry(Socket from, Socket to, int single, boolean answering) {
    byte[] buffer = new byte[8192];
    int left = single;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer, 0, left > 0 ? 1 : buffer.length);
          count >= 0;
          count = in.read(buffer, 0, left > 0 ? 1 : buffer.length)) {
        synchronized (seen) {
          seen.write(buffer, 0, count);
        }
        if (answering) {
          answers.await();
        }
        out.write(buffer, 0, count);
        if (left > 0) {
          left -= count;
          // Long enough for the server to have read it before the next one comes.
          Thread.sleep(1);
        }
      }
    } catch (IOException ended) {
      // Both are closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "contract-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    accepting.close();
    release();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
