package io.inmesh.instrumentation.testing;

import java.io.PrintStream;

/**
 * The app in the forked JVM: prints {@code port=N} when it serves and lives until its standard
 * input ends. Knows nothing of the mesh.
 */
public final class ServerApp {
  private ServerApp() {}

  /** Arguments: class name of the {@link LibraryServer}, port. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    // Whatever a library prints must not mix with the port.
    System.setOut(System.err);
    LibraryServer server =
        (LibraryServer) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
    out.println("port=" + server.start(new ServerPages(), Integer.parseInt(arguments[1])));
    out.flush();
    while (System.in.read() >= 0) {
      // Nothing is sent but the end.
    }
    System.exit(0);
  }
}
