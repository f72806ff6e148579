package io.inmesh.it.origination;

import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.util.Optional;

/** What an app speaks, and servers that understand it. */
public interface Speech {
  /** As in the ports of Istio. */
  String protocol();

  /** The status of what such a server answers. */
  int served();

  /** The status of what the mesh answers in its place. */
  int unavailable();

  /**
   * Starts a server.
   *
   * @param shown its certificate
   * @param callers who must have signed for its callers; empty asks them for nothing
   */
  OutsideServer server(TestCa.Signed shown, Optional<TestCa> callers) throws IOException;

  /**
   * A call in clear.
   *
   * @param authority host and port
   */
  ClientCall call(String authority);
}
