package io.inmesh.instrumentation.testing;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What every server in the mesh must do, whatever it speaks; the cases stand in the interfaces. A
 * subclass names the library's {@link LibraryServer}, the class path that holds one version of the
 * library, and the JVM; and where that is not HTTP/1.1, how to speak to it.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class SecuredServerContract
    implements HandshakeCases, PeerCases, TcpPolicyCases, StartCases, ObserveCases {
  private TestMesh mesh;
  private ForkedServer app;

  /** The library under test. */
  protected abstract Class<? extends LibraryServer> server();

  /** The class path of the app. */
  protected String classPath() {
    return AppClassPath.ofTheTests();
  }

  /** The JVM of the app. */
  protected Path java() {
    return Jdks.running();
  }

  @Override
  public final TestMesh mesh() {
    return mesh;
  }

  @Override
  public final ForkedServer app() {
    return app;
  }

  @Override
  public final ForkedServer another(String name, int port, String... settings) throws IOException {
    return another(server(), name, port, settings);
  }

  @Override
  public final ForkedServer unconfigured(String name, String... settings) throws IOException {
    return mesh.unconfigured(java(), classPath(), server().getName(), name, 0, settings);
  }

  /** A server of another kind in the same mesh. */
  protected final ForkedServer another(
      Class<? extends LibraryServer> kind, String name, int port, String... settings)
      throws IOException {
    return mesh.server(java(), classPath(), kind.getName(), name, port, settings);
  }

  @BeforeAll
  final void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    app = another(SERVER, 0, "handshake-timeout=5s");
  }

  @AfterAll
  final void stop() throws Exception {
    mesh.close();
  }

  @BeforeEach
  final void forget() {
    mode("PERMISSIVE");
  }
}
