package io.inmesh.conformance;

import io.inmesh.conformance.Observation.Attempt;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 hosts on loopback that answer each attempt as the vector says, and remember it. A
 * request is known by its header {@value #ID}.
 */
final class ScriptedUpstream implements AutoCloseable {
  /** Names the request. */
  static final String ID = "x-vector-id";

  private final List<ServerSocket> hosts = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(ScriptedUpstream::daemon);
  private final Map<String, Queue<UpstreamReply>> scripts = new ConcurrentHashMap<>();
  private volatile Map<Integer, Long> slow = Map.of();
  private final HealthScript.Player checks = new HealthScript.Player();
  private final Map<String, List<Attempt>> attempts = new ConcurrentHashMap<>();

  /**
   * Listens.
   *
   * @param count how many hosts
   */
  ScriptedUpstream(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      ServerSocket host = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
      hosts.add(host);
      int number = i;
      threads.execute(() -> accept(host, number));
    }
  }

  /** The port of a host of 127.0.0.1. */
  int port(int host) {
    if (host >= hosts.size()) {
      throw new IllegalArgumentException("there are only " + hosts.size() + " scripted hosts");
    }
    return hosts.get(host).getLocalPort();
  }

  /** Which host has a port, as text; another port is given back as it is. */
  String address(String address) {
    for (int i = 0; i < hosts.size(); i++) {
      if (address.equals("127.0.0.1:" + port(i))) {
        return "127.0.0.1:" + (EngineSide.FIRST_HOST + i);
      }
    }
    return address;
  }

  /** What requests without a name get: they are health checks. */
  HealthScript.Player checks() {
    return checks;
  }

  /** Sets what the attempts of a request get. */
  void script(String id, List<UpstreamReply> replies) {
    scripts.put(id, new ConcurrentLinkedQueue<>(replies));
  }

  /** Sets how many milliseconds a host takes for each reply, by its number. */
  void slow(Map<Integer, Long> millis) {
    slow = millis;
  }

  /** The attempts of a request so far. */
  List<Attempt> attempts(String id) {
    List<Attempt> seen = attempts.getOrDefault(id, List.of());
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /**
   * The address in Envoy's world of what a vector calls so; another text is given back as it is.
   */
  String real(String address) {
    for (int i = 0; i < hosts.size(); i++) {
      if (address.equals("127.0.0.1:" + (EngineSide.FIRST_HOST + i))) {
        return "127.0.0.1:" + port(i);
      }
    }
    return address;
  }

  private void accept(ServerSocket host, int number) {
    while (!host.isClosed()) {
      try {
        Socket socket = host.accept();
        threads.execute(() -> serve(socket, number));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (answer(in, socket.getOutputStream(), number)) {}
    } catch (IOException e) {
      // The proxy has closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the connection may be used again. */
  private boolean answer(InputStream in, OutputStream out, int number)
      throws IOException, InterruptedException {
    String first = line(in);
    if (first == null || first.isEmpty()) {
      return false;
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + "," + b);
    }
    discardBody(in, headers);
    String[] words = first.split(" ", 3);
    boolean headOnly = words[0].equals("HEAD");
    String id = headers.get(ID);
    if (id == null) {
      return write(out, checks.next(number), headOnly);
    }
    String host = headers.getOrDefault("host", "");
    attempts
        .computeIfAbsent(id, unused -> Collections.synchronizedList(new ArrayList<>()))
        .add(new Attempt(number, words[0], words[1], host, headers));
    Thread.sleep(slow.getOrDefault(number, 0L));
    Queue<UpstreamReply> script = scripts.get(id);
    UpstreamReply reply = script == null ? null : script.poll();
    return write(out, reply == null ? UpstreamReply.OK : reply, headOnly);
  }

  private static boolean write(OutputStream out, UpstreamReply reply, boolean headOnly)
      throws IOException, InterruptedException {
    if (reply.informational() > 0) {
      String interim = "HTTP/1.1 " + reply.informational() + " x\r\n\r\n";
      out.write(interim.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    if (reply.delayMillis() > 0) {
      Thread.sleep(reply.delayMillis());
    }
    switch (reply.end()) {
      case CLOSE -> {
        return false;
      }
      case HANG -> {
        Thread.sleep(Long.MAX_VALUE);
        return false;
      }
      default -> {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        boolean cut = reply.end() == UpstreamReply.End.CUT;
        StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " x\r\n");
        reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("content-length: " + (cut ? body.length + 10 : body.length) + "\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!headOnly) {
          out.write(body);
        }
        out.flush();
        if (cut) {
          // The head must be on its way to the client before the connection ends.
          Thread.sleep(50);
        }
        return !cut;
      }
    }
  }

  private static void discardBody(InputStream in, Map<String, String> headers) throws IOException {
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      for (String size = line(in); size != null && !size.equals("0"); size = line(in)) {
        in.skipNBytes(Integer.parseInt(size, 16) + 2L);
      }
      line(in);
    } else {
      in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
    }
  }

  static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "scripted-upstream");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() throws IOException {
    for (ServerSocket host : hosts) {
      host.close();
    }
    threads.shutdownNow();
  }
}
