package io.inmesh.conformance;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.io.BufferedInputStream;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One Envoy with a listener for each of several configurations. */
final class FuzzEnvoy implements AutoCloseable {
  private static final int AT_ONCE = 4;

  private final EnvoyProcess envoy;
  private final List<Integer> ports;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

  private FuzzEnvoy(EnvoyProcess envoy, List<Integer> ports) {
    this.envoy = envoy;
    this.ports = ports;
  }

  /**
   * Starts it.
   *
   * @throws AssertionError where it takes one of the configurations not
   */
  static FuzzEnvoy start(Path binary, List<Resources> configurations, Path folder)
      throws IOException, InterruptedException {
    Bootstrap.Builder bootstrap =
        Bootstrap.newBuilder().setNode(Node.newBuilder().setId("fuzz").setCluster("fuzz"));
    List<Integer> ports = EnvoyProcess.freePorts(configurations.size());
    for (int i = 0; i < ports.size(); i++) {
      HttpConnectionManager manager = configurations.get(i).manager();
      Listener listener = configurations.get(i).listenerAt("127.0.0.1", ports.get(i), manager);
      bootstrap.getStaticResourcesBuilder().addListeners(listener.toBuilder().setName("fuzz" + i));
    }
    java.nio.file.Files.createDirectories(folder);
    return new FuzzEnvoy(
        EnvoyProcess.start(
            binary, bootstrap.build().toByteArray(), folder, ports.get(ports.size() - 1)),
        ports);
  }

  /** The answers to the requests of each configuration. */
  List<List<FuzzTarget.Answer>> answers(List<List<VectorRequest>> requests)
      throws IOException, InterruptedException {
    List<Callable<List<FuzzTarget.Answer>>> work = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      int port = ports.get(i);
      List<VectorRequest> own = requests.get(i);
      work.add(() -> new Connection(port).ask(own));
    }
    List<List<FuzzTarget.Answer>> all = new ArrayList<>();
    for (Future<List<FuzzTarget.Answer>> done : threads.invokeAll(work)) {
      try {
        all.add(done.get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    return all;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    envoy.close();
  }

  /** A kept connection, opened anew where Envoy closes it. */
  private static final class Connection {
    private final int port;

    Connection(int port) {
      this.port = port;
    }

    List<FuzzTarget.Answer> ask(List<VectorRequest> requests) throws IOException {
      List<FuzzTarget.Answer> answers = new ArrayList<>();
      Socket socket = open();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      try {
        for (VectorRequest request : requests) {
          socket.getOutputStream().write(head(request));
          HttpExchange answer = HttpExchange.read(in, request.method());
          Map<String, String> headers = new HashMap<>();
          answer
              .headers()
              .forEach(
                  (name, value) -> {
                    if (FuzzTarget.compares(name)) {
                      headers.put(name, value);
                    }
                  });
          answers.add(new FuzzTarget.Answer(answer.status(), headers, answer.body()));
          if (answer.status() == 0 || "close".equals(answer.headers().get("connection"))) {
            socket.close();
            socket = open();
            in = new BufferedInputStream(socket.getInputStream());
          }
        }
      } finally {
        socket.close();
      }
      return answers;
    }

    private Socket open() throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
      return socket;
    }

    private static byte[] head(VectorRequest request) {
      StringBuilder head = new StringBuilder(256);
      head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
      head.append("host: ").append(request.authority()).append("\r\n");
      for (VectorRequest.Header header : request.headers()) {
        head.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
      return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  }
}
