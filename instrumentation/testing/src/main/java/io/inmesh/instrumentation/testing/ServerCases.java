package io.inmesh.instrumentation.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;

/** What the parts of {@link ServerContract} have in common. */
interface ServerCases {
  /** The workload and service account of the server, and its service. */
  String SERVER = "shop";

  /** The caller's service account. */
  String CALLER = "web";

  Duration LONG = Duration.ofSeconds(20);

  /** The mesh of this class. */
  TestMesh mesh();

  /** The server of this class. */
  ForkedServer app();

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
                    && isServed(caller()) == !mode.equals("DISABLE"));
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
