package io.inmesh.control.client.transport;

/** One stream of discovery messages. Used on the event thread only. */
public interface AdsStream {
  /** Sends one message; without effect once the stream has ended. */
  void send(byte[] message);

  /** Ends the stream and its connection; no callback follows. */
  void cancel();

  /** What happens to a stream. */
  interface Listener {
    /** The connection stands and messages may be sent. */
    void onOpen();

    /** One whole message; the array belongs to the listener. */
    void onMessage(byte[] message);

    /** The stream has ended; nothing follows. */
    void onEnd(StreamEnd end);
  }
}
