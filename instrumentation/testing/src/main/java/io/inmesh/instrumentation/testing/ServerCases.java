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

  /** A workload of the mesh that may call whomever policy lets it. */
  default MeshCaller caller() throws IOException {
    return MeshCaller.of(mesh().ca(), CALLER, SERVER);
  }

  /** Sets the mode of mutual TLS, and waits until it is in force. */
  default void mode(String mode) {
    mesh().folder().mutualTls(SERVER, mode);
    await(mode)
        .atMost(LONG)
        .until(
            () ->
                isServed(Wire.plain(app().port())) == !mode.equals("STRICT")
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

  /** Whether a caller gets through to the app. */
  default boolean isServed(MeshCaller caller) {
    try {
      return isServed(caller.connect(app().port()));
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
