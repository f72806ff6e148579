package io.inmesh.benchmarks.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What mutual TLS takes in each of its forms, and the pairs of programs that are joined by it. */
final class TlsLab implements AutoCloseable {
  private static final List<String> HEAP = List.of("-Xmx256m");

  private final Lab lab;
  private final Path folder;
  private final Keys keys;
  private final SecuredMesh mesh;
  private final Sidecars sidecars;
  private final int strictPort = Envoy.freePort();
  private final int permissivePort = Envoy.freePort();
  private final int envoyPort = Envoy.freePort();

  private TlsLab(Lab lab, Path folder) {
    this.lab = lab;
    this.folder = folder;
    keys = Keys.make(folder.resolve("keys"), lab.programs().log("keytool"));
    mesh = SecuredMesh.start(lab.programs(), folder, strictPort, permissivePort);
    try {
      sidecars = Sidecars.secured(lab, envoyPort, keys);
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
  }

  /** Makes certificates, starts a control plane that signs more, and two sidecars. */
  static TlsLab open(Lab lab) {
    try {
      return new TlsLab(lab, Files.createTempDirectory(lab.programs().work(), "tls"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An OkHttp client and a server that are joined in this way. */
  Pair pair(TlsPath path) {
    return switch (path) {
      case BARE -> {
        int port = Envoy.freePort();
        yield plain("tls-bare", server(HEAP, port), okhttp(HEAP, Services.url("target", port)));
      }
      case OWN -> own("tls-own", List.of(), List.of());
      case HEADERS -> own("tls-headers", SidecarHeaders.fromSidecar(), SidecarHeaders.toSidecar());
      case AGENT -> {
        String url = Services.url("target", Services.PORT);
        List<String> client = meshed("client", "LoadClient", "okhttp", url);
        yield probed(
            secured("tls-agent", meshedServer("target", strictPort), client),
            () -> Probe.requireStrict(strictPort));
      }
      case ENVOY ->
          Pair.start(
              "tls-envoy",
              server(HEAP, envoyPort),
              okhttp(HEAP, Services.url("target", sidecars.port())),
              true,
              sidecars::cpuNanos,
              lab.programs());
    };
  }

  /** A client that opens a plain connection to this port for each request. */
  Pair connections(Port port) {
    return switch (port) {
      case BARE -> {
        int free = Envoy.freePort();
        yield plain("connections-bare", server(HEAP, free), connecting(free));
      }
      case SNIFFING ->
          probed(
              plain(
                  "connections-agent",
                  meshedServer("open", permissivePort),
                  connecting(permissivePort)),
              () -> Probe.requireTls(permissivePort));
    };
  }

  private Pair own(String name, List<String> serverHeaders, List<String> clientHeaders) {
    int port = Envoy.freePort();
    String url = Services.url("target", port).replaceFirst("^http:", "https:");
    List<String> server = new ArrayList<>(server(own("server"), port));
    server.addAll(serverHeaders);
    List<String> client = new ArrayList<>(okhttp(own("client"), url));
    client.addAll(clientHeaders);
    return secured(name, server, client);
  }

  private static Pair probed(Pair pair, Runnable probe) {
    try {
      probe.run();
      return pair;
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  private Pair plain(String name, List<String> server, List<String> client) {
    return Pair.start(name, server, client, false, Pair.NOTHING, lab.programs());
  }

  private Pair secured(String name, List<String> server, List<String> client) {
    return Pair.start(name, server, client, true, Pair.NOTHING, lab.programs());
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
    sidecars.close();
    mesh.close();
  }
}
