package io.inmesh.conformance;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays cases of one configuration on a stock Envoy. */
final class EnvoySide implements AutoCloseable {
  private static final int AT_ONCE = 64;
  private static final long LOG_MILLIS = 10_000;
  private static final long COPY_MILLIS = 2_000;
  private static final String FORMAT =
      String.join(
              "\t",
              "%REQ(" + ScriptedUpstream.ID + ")%",
              "%RESPONSE_FLAGS%",
              "%RESPONSE_CODE_DETAILS%",
              "%UPSTREAM_CLUSTER_RAW%",
              "%ROUTE_NAME%",
              "%UPSTREAM_HOST%",
              "%UPSTREAM_REQUEST_ATTEMPT_COUNT%")
          + "\n";
  private static final int FIELDS = 7;
  private static final String CONNECTION_FORMAT =
      "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%\t%RESPONSE_FLAGS%\t%CONNECTION_TERMINATION_DETAILS%\n";
  private static final int CONNECTION_FIELDS = 3;
  private static final String LOG = "access.log";
  private static final String CONNECTIONS = "connections.log";

  private final EnvoyProcess envoy;
  private final ScriptedUpstream upstream;
  private final int port;
  private final Path log;
  private final Path connections;
  private final PeerTls tls;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final AtomicInteger ids = new AtomicInteger();

  private EnvoySide(
      EnvoyProcess envoy, ScriptedUpstream upstream, int port, Path folder, PeerTls tls) {
    this.envoy = envoy;
    this.upstream = upstream;
    this.port = port;
    this.log = folder.resolve(LOG);
    this.connections = folder.resolve(CONNECTIONS);
    this.tls = tls;
  }

  /**
   * Starts an Envoy with what a case configures.
   *
   * @param folder for its files
   * @throws AssertionError with what it said where it does not start
   */
  static EnvoySide start(
      Path binary,
      EnvoyTypes types,
      VectorCase vector,
      ScriptedUpstream upstream,
      Path folder,
      PeerTls tls)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.deleteIfExists(folder.resolve(LOG));
    Files.deleteIfExists(folder.resolve(CONNECTIONS));
    upstream.checks().play(vector.checks());
    int port = EnvoyProcess.freePort();
    Bootstrap bootstrap = bootstrap(types, vector, upstream, folder, port, tls);
    return new EnvoySide(
        EnvoyProcess.start(binary, bootstrap.toByteArray(), folder, port),
        upstream,
        port,
        folder,
        tls);
  }

  /** The configuration of an Envoy. */
  static Bootstrap bootstrap(
      EnvoyTypes types,
      VectorCase vector,
      ScriptedUpstream upstream,
      Path folder,
      int port,
      PeerTls tls) {
    Resources resources =
        Resources.of(types, vector.toString(), vector.resources(), upstream::port);
    HttpConnectionManager manager =
        resources.manager().toBuilder()
            .addAccessLog(accessLog(folder.resolve(LOG), FORMAT))
            .build();
    Node.Builder node = Node.newBuilder().setId("vector").setCluster("vector");
    ClusterManager.Builder clusters = ClusterManager.newBuilder();
    Resources.Local local = resources.local();
    if (local != null) {
      node.setLocality(Locality.newBuilder().setZone(local.zone()));
      clusters.setLocalClusterName(local.cluster());
    }
    Listener.Builder listener =
        resources.listenerAt("127.0.0.1", port, manager).toBuilder()
            .addAccessLog(accessLog(folder.resolve(CONNECTIONS), CONNECTION_FORMAT));
    if (vector.hasPeers()) {
      expectPeers(listener, tls);
    }
    return Bootstrap.newBuilder()
        .setNode(node)
        .setClusterManager(clusters)
        .setStaticResources(
            Bootstrap.StaticResources.newBuilder()
                .addListeners(listener)
                .addAllClusters(resources.clusters()))
        .build();
  }

  /** The same with TLS where a peer speaks it, and with the addresses that a peer claims. */
  private static void expectPeers(Listener.Builder listener, PeerTls tls) {
    FilterChain plain = listener.getFilterChains(0);
    listener
        .clearFilterChains()
        .addFilterChains(
            plain.toBuilder()
                .setName("tls")
                .setFilterChainMatch(FilterChainMatch.newBuilder().setTransportProtocol("tls"))
                .setTransportSocket(tls.terminating()))
        .addFilterChains(plain.toBuilder().setName("plain"))
        .addListenerFilters(
            ListenerFilter.newBuilder()
                .setName("envoy.filters.listener.proxy_protocol")
                .setTypedConfig(
                    Any.pack(
                        ProxyProtocol.newBuilder()
                            .setAllowRequestsWithoutProxyProtocol(true)
                            .build())))
        .addListenerFilters(
            ListenerFilter.newBuilder()
                .setName("envoy.filters.listener.tls_inspector")
                .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance())));
  }

  private static AccessLog accessLog(Path log, String format) {
    return AccessLog.newBuilder()
        .setName("envoy.access_loggers.file")
        .setTypedConfig(
            Any.pack(
                FileAccessLog.newBuilder()
                    .setPath(log.toString())
                    .setLogFormat(
                        SubstitutionFormatString.newBuilder()
                            .setTextFormatSource(DataSource.newBuilder().setInlineString(format)))
                    .build()))
        .build();
  }

  /** What each step of a case shows. */
  List<List<Observation>> play(VectorCase vector) throws IOException, InterruptedException {
    List<List<Observation>> seen = new ArrayList<>();
    for (VectorStep step : vector.steps()) {
      upstream.checks().play(step.checks());
      upstream.slow(step.slow());
      Thread.sleep(step.waitMillis());
      List<String> names = new ArrayList<>();
      for (int i = 0; i < step.times(); i++) {
        names.add("r" + ids.incrementAndGet());
      }
      Map<String, HttpExchange> answers = send(step, names);
      Map<String, String[]> lines = awaitLines(answers);
      awaitCopies(step, names);
      List<Observation> all = new ArrayList<>();
      for (String name : names) {
        HttpExchange answer = answers.get(name);
        String[] line = lines.get(name);
        if (answer == null || line == null) {
          throw new AssertionError(
              vector + ": Envoy logged nothing of " + step.request() + ", answer " + answer);
        }
        all.add(
            line.length == CONNECTION_FIELDS
                ? Observation.closed(line[1], line[2], List.of())
                : observation(name, answer, line));
      }
      seen.add(all);
    }
    return seen;
  }

  private Observation observation(String id, HttpExchange answer, String[] line) {
    return new Observation(
        answer.status(),
        answer.headers(),
        answer.body(),
        line[1],
        line[2],
        dash(line[3]),
        dash(line[4]),
        upstream.address(dash(line[5])),
        dash(line[6]).isEmpty() ? 0 : Integer.parseInt(line[6]),
        upstream.attempts(id),
        answer.cut(),
        List.of());
  }

  private static String dash(String value) {
    return value.equals("-") ? "" : value;
  }

  private Map<String, HttpExchange> send(VectorStep step, List<String> names)
      throws IOException, InterruptedException {
    Map<String, HttpExchange> answers = new HashMap<>();
    names.forEach(name -> upstream.script(name, step.upstream()));
    VectorRequest request = real(step.request());
    if (!step.together() && step.everyMillis() == 0) {
      for (String name : names) {
        answers.put(name, HttpExchange.send(port, request, name, step.peer(), tls));
      }
      return answers;
    }
    List<Future<HttpExchange>> done = new ArrayList<>();
    for (String name : names) {
      done.add(threads.submit(() -> HttpExchange.send(port, request, name, step.peer(), tls)));
      Thread.sleep(step.everyMillis());
    }
    for (int i = 0; i < names.size(); i++) {
      try {
        answers.put(names.get(i), done.get(i).get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    return answers;
  }

  private VectorRequest real(VectorRequest request) {
    List<VectorRequest.Header> headers =
        request.headers().stream()
            .map(header -> new VectorRequest.Header(header.name(), upstream.real(header.value())))
            .toList();
    return new VectorRequest(
        request.method(), request.authority(), request.target(), headers, request.body());
  }

  /** Of each request its line, or that of its connection where it was never read. */
  private Map<String, String[]> awaitLines(Map<String, HttpExchange> answers)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LOG_MILLIS * 1_000_000;
    while (true) {
      Map<String, String[]> lines = lines(log, FIELDS);
      Map<String, String[]> ended = lines(connections, CONNECTION_FIELDS);
      answers.forEach(
          (name, answer) -> {
            String[] line = ended.get(answer.from());
            if (answer.status() == 0 && line != null) {
              lines.putIfAbsent(name, line);
            }
          });
      if (lines.keySet().containsAll(answers.keySet()) || System.nanoTime() - end > 0) {
        return lines;
      }
      Thread.sleep(10);
    }
  }

  private static Map<String, String[]> lines(Path file, int fields) throws IOException {
    Map<String, String[]> lines = new HashMap<>();
    String text = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      String[] parts = line.split("\t", -1);
      if (parts.length == fields) {
        lines.put(parts[0], parts);
      }
    }
    return lines;
  }

  /** Envoy answers without its mirrors. */
  private void awaitCopies(VectorStep step, List<String> names) throws InterruptedException {
    int expected = step.expect().get("received") instanceof List<?> list ? list.size() : 0;
    long end = System.nanoTime() + COPY_MILLIS * 1_000_000;
    for (String name : names) {
      while (upstream.attempts(name).size() < expected && System.nanoTime() - end < 0) {
        Thread.sleep(5);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    envoy.close();
  }
}
