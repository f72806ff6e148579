package io.inmesh.instrumentation.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** What the parts of {@link ServerContract} have in common. */
interface ServerCases {
  /** The workload and service account of the server, and its service. */
  String SERVER = "shop";

  /** The caller's service account. */
  String CALLER = "web";

  /** As long a library may be silent that was sent nonsense. */
  int SILENCE_MILLIS = 3_000;

  Duration LONG = Duration.ofSeconds(60);

  /** The mesh of this class. */
  TestMesh mesh();

  /** The server of this class. */
  ForkedServer app();

  /** A further server of the same library; {@link TestMesh#server} has the parameters. */
  ForkedServer another(String name, int port, String... settings) throws IOException;

  /** The same, not waited for: it may have no configuration yet. */
  ForkedServer unconfigured(String name, String... settings) throws IOException;

  /** A workload of the mesh that may call whomever policy lets it. */
  default MeshCaller caller() throws IOException {
    return caller(CALLER);
  }

  /** The workload of another service account. */
  default MeshCaller caller(String account) throws IOException {
    return MeshCaller.of(mesh().ca(), account, SERVER);
  }

  /** Sets the mode of mutual TLS, and waits until it is in force. */
  default void mode(String mode) {
    mesh().folder().mutualTls(SERVER, mode);
    await(mode)
        .atMost(LONG)
        .until(
            () ->
                isServed(clear()) == !mode.equals("STRICT")
                    && (mode.equals("DISABLE") ? isLeftAlone(app()) : isServed(caller())));
  }

  /** Whether nobody answers a caller's TLS: the app does not know what it is. */
  default boolean isLeftAlone(ForkedServer server) throws IOException {
    Socket socket = Wire.socket(server.port());
    socket.setSoTimeout(SILENCE_MILLIS);
    try (Wire wire = caller().over(socket)) {
      return !wire.get("/items").text().equals("hello");
    } catch (IOException silence) {
      return true;
    }
  }

  /** Declares what the server's port speaks, and waits until that is in force. */
  default void declare(String protocol) {
    mesh().folder().served(SERVER, app().port(), protocol);
    await(protocol)
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> seesRequests(clear()) == protocol.equals("HTTP"));
  }

  /** Whether the mesh sees requests: what a caller may not claim is removed. Closes it. */
  default boolean seesRequests(Wire wire) throws IOException {
    try (wire) {
      return !wire.get("/headers", "x-envoy-retry-on: claimed").text().contains("claimed");
    }
  }

  /** Speaks the server's protocol over a connection. */
  default Wire speaking(Socket connection) throws IOException {
    return new Wire(connection);
  }

  /** A connection to the server in clear. */
  default Wire clear() throws IOException {
    return clear(app().port());
  }

  /** A connection to this port in clear. */
  default Wire clear(int port) throws IOException {
    return speaking(Wire.socket(port));
  }

  /** A connection of this caller to the server. */
  default Wire secure(MeshCaller caller) throws IOException {
    return secure(caller, app().port());
  }

  /** A connection of this caller to this port. */
  default Wire secure(MeshCaller caller, int port) throws IOException {
    return speaking(caller.secure(Wire.socket(port)));
  }

  /** Whether a caller gets through to the app. */
  default boolean isServed(MeshCaller caller) {
    return isServed(caller, app().port());
  }

  /** Whether a caller gets through to the app behind this port. */
  default boolean isServed(MeshCaller caller, int port) {
    try {
      return isServed(secure(caller, port));
    } catch (IOException refused) {
      return false;
    }
  }

  /** Whether a new connection gets through to the app; closes it. */
  default boolean isServed(Wire wire) {
    try (wire) {
      return wire.get("/items").text().equals("hello");
    } catch (IOException refused) {
      return false;
    }
  }
}
