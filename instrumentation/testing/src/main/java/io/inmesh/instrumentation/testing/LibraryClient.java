package io.inmesh.instrumentation.testing;

/**
 * The library under test, used as any app would use it. Lives in the forked JVM; has a public
 * constructor without arguments; may be called by several threads at once.
 */
public interface LibraryClient extends AutoCloseable {
  /** Makes the call; what the library throws is thrown. */
  ClientAnswer send(ClientCall call) throws Exception;

  /** Ends what the library would keep open; nothing is called afterwards. */
  @Override
  default void close() {}
}
