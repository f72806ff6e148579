package io.inmesh.benchmarks.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What mutual TLS takes in each of its forms, and the pairs of programs that are joined by it. */
final class TlsLab implements AutoCloseable {
  private static final List<String> HEAP = List.of("-Xmx256m");

  private final Lab lab;
  private final Path folder;
  private final Keys keys;
  private final SecuredMesh mesh;
  private final Envoy inbound;
  private final Envoy outbound;
  private final int strictPort;
  private final int permissivePort;
  private final int envoyPort;

  private TlsLab(Lab lab) throws IOException {
    this.lab = lab;
    folder = Files.createTempDirectory(lab.programs().work(), "tls");
    keys = Keys.make(folder.resolve("keys"), lab.programs().log("keytool"));
    strictPort = Envoy.freePort();
    permissivePort = Envoy.freePort();
    envoyPort = Envoy.freePort();
    mesh = SecuredMesh.start(lab.programs(), folder, strictPort, permissivePort);
    try {
      inbound = envoy("envoy-tls-server", 1, envoyPort, EnvoyTls.terminating(keys));
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    try {
      EnvoyTls tls = EnvoyTls.originating(keys);
      outbound = envoy("envoy-tls-client", Plan.CLUSTERS, inbound.port(), tls);
    } catch (RuntimeException e) {
      inbound.close();
      mesh.close();
      throw e;
    }
  }

  /** Makes certificates, starts a control plane that signs more, and two sidecars. */
  static TlsLab open(Lab lab) {
    try {
      return new TlsLab(lab);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Envoy envoy(String name, int clusters, int target, EnvoyTls tls) {
    return Envoy.start(lab.envoy(), lab.programs(), name, clusters, target, tls);
  }

  /** An OkHttp client and a server that are joined in this way. */
  Pair pair(TlsPath path) {
    return switch (path) {
      case BARE -> {
        int port = Envoy.freePort();
        yield pair("tls-bare", server(HEAP, port), okhttp(HEAP, Services.url("target", port)));
      }
      case OWN -> {
        int port = Envoy.freePort();
        String url = Services.url("target", port).replaceFirst("^http:", "https:");
        yield pair("tls-own", server(own("server"), port), okhttp(own("client"), url));
      }
      case AGENT -> {
        String url = Services.url("target", Services.PORT);
        Pair pair =
            pair(
                "tls-agent",
                meshedServer("target", strictPort),
                meshed("client", "LoadClient", "okhttp", url));
        try {
          Probe.requireStrict(strictPort);
          yield pair;
        } catch (RuntimeException e) {
          pair.close();
          throw e;
        }
      }
      case ENVOY ->
          Pair.start(
              "tls-envoy",
              server(HEAP, envoyPort),
              okhttp(HEAP, Services.url("target", outbound.port())),
              List.of(outbound, inbound),
              lab.programs());
    };
  }

  /** A client that opens a plain connection for each request, and a server without the agent. */
  Pair unmeshedConnections() {
    int port = Envoy.freePort();
    return pair("connections-bare", server(HEAP, port), connecting(port));
  }

  /** The same client, and a server whose port looks for TLS and takes plaintext too. */
  Pair sniffedConnections() {
    Pair pair =
        pair("connections-agent", meshedServer("open", permissivePort), connecting(permissivePort));
    try {
      Probe.requireTls(permissivePort);
      return pair;
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  private Pair pair(String name, List<String> server, List<String> client) {
    return Pair.start(name, server, client, List.of(), lab.programs());
  }

  private List<String> own(String owner) {
    return Stream.concat(HEAP.stream(), Stream.of("-Dworkload.keys=" + keys.store(owner))).toList();
  }

  private List<String> server(List<String> options, int port) {
    return lab.programs()
        .bare(Programs.java(), options, "TomcatServer", Integer.toString(port), folder.toString());
  }

  private List<String> meshedServer(String workload, int port) {
    return meshed(workload, "TomcatServer", Integer.toString(port), folder.toString());
  }

  private List<String> meshed(String workload, String main, String... arguments) {
    return lab.programs().meshed(Programs.java(), HEAP, mesh.settings(workload), main, arguments);
  }

  private List<String> okhttp(List<String> options, String url) {
    return lab.programs().bare(Programs.java(), options, "LoadClient", "okhttp", url);
  }

  private List<String> connecting(int port) {
    String url = Services.url("target", port);
    return lab.programs().bare(Programs.java(), HEAP, "LoadClient", "socket", url);
  }

  @Override
  public void close() {
    outbound.close();
    inbound.close();
    mesh.close();
  }
}
