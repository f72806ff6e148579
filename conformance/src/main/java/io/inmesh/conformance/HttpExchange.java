package io.inmesh.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A request sent byte by byte, so that no client library corrects it.
 *
 * @param cut whether the body ended too early
 * @param from the address of its socket, empty where that is not of interest
 */
record HttpExchange(
    int status, Map<String, String> headers, String body, boolean cut, String from) {
  private static final int LIMIT_MILLIS = 20_000;

  private HttpExchange(int status, Map<String, String> headers, String body, boolean cut) {
    this(status, headers, body, cut, "");
  }

  /**
   * Sends a request on a connection of its own; status 0 means that no response came.
   *
   * @param peer who sends it, null for the ordinary one
   */
  static HttpExchange send(
      int port, VectorRequest request, String id, @Nullable VectorPeer peer, PeerTls tls)
      throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      plain.setSoTimeout(LIMIT_MILLIS);
      if (peer != null) {
        plain.getOutputStream().write(peer.proxyLine().getBytes(StandardCharsets.US_ASCII));
      }
      Socket socket = peer != null && peer.tls() ? tls.wrap(plain, peer) : plain;
      String from = "127.0.0.1:" + plain.getLocalPort();
      StringBuilder head = new StringBuilder();
      head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
      head.append("host: ").append(request.authority()).append("\r\n");
      head.append(ScriptedUpstream.ID).append(": ").append(id).append("\r\n");
      for (VectorRequest.Header header : request.headers()) {
        head.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
      byte[] body = request.body().getBytes(StandardCharsets.UTF_8);
      if (body.length > 0) {
        head.append("content-length: ").append(body.length).append("\r\n");
      }
      head.append("\r\n");
      HttpExchange answer;
      try {
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        answer = read(new BufferedInputStream(socket.getInputStream()), request.method());
      } catch (SocketException | SSLException e) {
        answer = new HttpExchange(0, Map.of(), "", true);
      }
      return new HttpExchange(answer.status(), answer.headers(), answer.body(), answer.cut(), from);
    }
  }

  /** Reads a response, interim ones skipped; status 0 means that none came. */
  static HttpExchange read(InputStream in, String method) throws IOException {
    HttpExchange read = readOne(in, method);
    while (read.status() / 100 == 1) {
      read = readOne(in, method);
    }
    return read;
  }

  private static HttpExchange readOne(InputStream in, String method) throws IOException {
    String first = ScriptedUpstream.line(in);
    if (first == null) {
      return new HttpExchange(0, Map.of(), "", true);
    }
    int status = Integer.parseInt(first.split(" ", 3)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = ScriptedUpstream.line(in);
        line != null && !line.isEmpty();
        line = ScriptedUpstream.line(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + "," + b);
    }
    if (method.equals("HEAD") || status / 100 == 1 || status == 204 || status == 304) {
      return new HttpExchange(status, headers, "", false);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean whole =
        "chunked".equals(headers.get("transfer-encoding"))
            ? chunks(in, body)
            : bytes(in, Long.parseLong(headers.getOrDefault("content-length", "0")), body);
    return new HttpExchange(status, headers, body.toString(StandardCharsets.UTF_8), !whole);
  }

  private static boolean chunks(InputStream in, ByteArrayOutputStream body) throws IOException {
    while (true) {
      String size = ScriptedUpstream.line(in);
      if (size == null) {
        return false;
      }
      int length = Integer.parseInt(size, 16);
      if (length == 0) {
        return true;
      }
      if (!bytes(in, length, body) || ScriptedUpstream.line(in) == null) {
        return false;
      }
    }
  }

  private static boolean bytes(InputStream in, long count, ByteArrayOutputStream body)
      throws IOException {
    for (long i = 0; i < count; i++) {
      int b = in.read();
      if (b < 0) {
        return false;
      }
      body.write(b);
    }
    return true;
  }
}
