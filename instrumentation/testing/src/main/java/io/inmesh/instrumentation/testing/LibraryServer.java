package io.inmesh.instrumentation.testing;

/**
 * The library under test as a server, used as any app would use it. Lives in the forked JVM; has a
 * public constructor without arguments.
 */
public interface LibraryServer {
  /**
   * Serves in clear on 127.0.0.1: each of {@link ServerPages#PATHS} is answered by {@code pages},
   * whatever else by the library itself, which knows no such path. Several requests at once.
   *
   * @param port where; 0 is any that is free
   * @return where it is
   */
  int start(ServerPages pages, int port) throws Exception;
}
