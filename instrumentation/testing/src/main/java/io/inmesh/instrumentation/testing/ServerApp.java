package io.inmesh.instrumentation.testing;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The app in the forked JVM: prints {@code port=N} when it serves and lives until its standard
 * input ends, each byte of which asks how many requests have come. Told to end it serves on until
 * then, as apps do that let their callers go first. Knows nothing of the mesh.
 */
public final class ServerApp {
  private static final int LONGEST_GOODBYE_SECONDS = 30;

  private ServerApp() {}

  /** Arguments: class name of the {@link LibraryServer}, port. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    // Whatever a library prints must not mix with the port.
    System.setOut(System.err);
    LibraryServer server =
        Class.forName(arguments[0])
            .asSubclass(LibraryServer.class)
            .getDeclaredConstructor()
            .newInstance();
    ServerPages pages = new ServerPages();
    out.println("port=" + server.start(pages, Integer.parseInt(arguments[1])));
    out.flush();
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(over), "goodbye"));
    while (System.in.read() >= 0) {
      out.println("seen=" + pages.seen());
      out.flush();
    }
    over.countDown();
    System.exit(0);
  }

  private static void await(CountDownLatch over) {
    try {
      boolean unused = over.await(LONGEST_GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
