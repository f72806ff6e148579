package io.inmesh.control.client.transport;

/** One call of a gRPC method. Used on the event thread only. */
public interface GrpcStream {
  /** Sends one message; without effect once the stream has ended. */
  void send(byte[] message);

  /** Says that no further message follows. */
  void finish();

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
