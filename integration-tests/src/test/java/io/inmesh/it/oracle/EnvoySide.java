package io.inmesh.it.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Sends requests through Envoy, each on a connection of its own, and reads what it chose. */
final class EnvoySide implements AutoCloseable {
  private static final int AT_ONCE = 32;
  private static final int FIRST_CONNECTION = 2_000;
  private static final int LIMIT_MILLIS = 15_000;

  private final int port;
  private final Path log;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private int connections = FIRST_CONNECTION;

  EnvoySide(int port, Path log) {
    this.port = port;
    this.log = log;
  }

  /** What became of each request, in their order. */
  List<AccessLine> send(List<OracleRequest> requests) throws Exception {
    int first = connections;
    List<Callable<Void>> calls = new ArrayList<>();
    for (OracleRequest request : requests) {
      int connection = connections++;
      calls.add(
          () -> {
            send(request, connection);
            return null;
          });
    }
    for (Future<Void> call : threads.invokeAll(calls)) {
      call.get();
    }
    Map<Integer, AccessLine> lines = awaitLines(first);
    List<AccessLine> answers = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      AccessLine line = lines.get(first + i);
      if (line == null) {
        throw new AssertionError("Envoy logged nothing of " + requests.get(i));
      }
      answers.add(line);
    }
    return answers;
  }

  private Map<Integer, AccessLine> awaitLines(int first) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    Map<Integer, AccessLine> lines = new HashMap<>();
    while (true) {
      AccessLine.read(log).forEach(line -> lines.put(line.connection(), line));
      boolean complete = true;
      for (int connection = first; connection < connections; connection++) {
        complete &= lines.containsKey(connection);
      }
      if (complete || System.nanoTime() - end > 0) {
        return lines;
      }
      Thread.sleep(20);
    }
  }

  private void send(OracleRequest request, int connection) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(LIMIT_MILLIS);
      String proxy =
          "PROXY TCP4 127.0.0.1 %s %d %d\r\n".formatted(request.ip(), connection, request.port());
      write(socket, proxy);
      if (request.scheme().equals("https")) {
        greet(socket, request);
      } else {
        write(socket, head(request));
        drain(socket);
      }
    }
  }

  private static String head(OracleRequest request) {
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(request.authority()).append("\r\n");
    request
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("connection: close\r\n\r\n").toString();
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  // Envoy closes, in order or not, as soon as it finds nobody upstream.
  private static void drain(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {}
    } catch (IOException e) {
      // Closed as well.
    }
  }

  private static void greet(Socket socket, OracleRequest request) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (SSLSocket tls =
        (SSLSocket) factory.createSocket(socket, request.host(), request.port(), false)) {
      SSLParameters parameters = tls.getSSLParameters();
      boolean literal = request.host().equals(request.ip());
      parameters.setServerNames(literal ? List.of() : List.of(new SNIHostName(request.host())));
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      tls.setSSLParameters(parameters);
      tls.startHandshake();
    } catch (IOException e) {
      // Nobody answers the greeting; Envoy has read it.
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
