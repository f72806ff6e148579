package io.inmesh.control.client.transport;

/** How the client reaches a control plane. All callbacks come on {@link #thread()}. */
public interface AdsTransport extends AutoCloseable {
  /** The one thread of the client. */
  EventThread thread();

  /**
   * Connects anew and opens one delta stream on the connection. Called on the event thread.
   * Whatever goes wrong, a missing file included, is told by {@link AdsStream.Listener#onEnd}.
   */
  AdsStream open(AdsStream.Listener listener);

  /** Ends connection and thread; returns without waiting. */
  @Override
  void close();
}
