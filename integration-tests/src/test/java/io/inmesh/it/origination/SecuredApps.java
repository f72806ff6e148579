package io.inmesh.it.origination;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** An app and two servers of one mesh; the servers require TLS. */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class SecuredApps {
  private TestMesh mesh;
  private ForkedServer shop;
  private ForkedServer other;
  private ForkedClient app;

  /** The library under test. */
  protected abstract Class<? extends LibraryClient> client();

  /** The class path of the app. */
  protected String classPath() {
    return AppClassPath.ofTheTests();
  }

  /** What the servers run. */
  protected abstract Class<? extends LibraryServer> server();

  /** The class path of the servers. */
  protected String serverClassPath() {
    return AppClassPath.ofTheTests();
  }

  /** Returns when the app's calls to a server are answered. */
  protected abstract void awaitServed(String name);

  protected final TestMesh mesh() {
    return mesh;
  }

  protected final ForkedServer shop() {
    return shop;
  }

  protected final ForkedServer other() {
    return other;
  }

  protected final ForkedClient app() {
    return app;
  }

  /**
   * Starts one more app, with a certificate of the mesh.
   *
   * @param settings further agent settings, {@code name=value}; with a dash in front an option of
   *     the JVM
   */
  protected final ForkedClient another(String name, String... settings) throws IOException {
    return mesh.client(Jdks.running(), classPath(), client().getName(), name, settings);
  }

  /** Starts one that nobody gives a certificate. */
  protected final ForkedClient anonymous() throws IOException {
    return mesh.app(Jdks.running(), classPath(), client().getName(), "workload=anonymous.test");
  }

  /** Starts one more server. */
  protected final ForkedServer serve(String name) throws IOException {
    return mesh.server(Jdks.running(), serverClassPath(), server().getName(), name, 0);
  }

  @BeforeAll
  final void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    shop = serve("shop");
    other = serve("other");
    mesh.folder().mutualTls("shop", "STRICT");
    mesh.folder().mutualTls("other", "STRICT");
    app = another("web");
    awaitServed("shop");
    awaitServed("other");
  }

  @AfterAll
  final void stop() throws Exception {
    mesh.close();
  }
}
