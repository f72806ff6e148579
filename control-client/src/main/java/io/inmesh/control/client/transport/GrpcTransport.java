package io.inmesh.control.client.transport;

import java.util.Map;

/** How the client reaches a control plane. All callbacks come on {@link #thread()}. */
public interface GrpcTransport extends AutoCloseable {
  /** The one thread of the client. */
  EventThread thread();

  /**
   * Connects anew and calls one method on the connection. Called on the event thread. Whatever goes
   * wrong, a missing file included, is told by {@link GrpcStream.Listener#onEnd}.
   *
   * @param method {@code /package.Service/Method}
   * @param metadata headers besides those that each call has
   */
  GrpcStream open(String method, Map<String, String> metadata, GrpcStream.Listener listener);

  /** What the caller shows of itself, without saying it: for messages; empty for nothing. */
  default String credentials() {
    return "";
  }

  /** Ends connection and thread; returns without waiting. */
  @Override
  void close();
}
