package io.inmesh.control.client;

import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.GrpcTransport;
import io.inmesh.control.client.transport.StreamEnd;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one stream open: reconnects at once after an orderly end, with back-off after any other.
 * Lives on the event thread.
 */
final class AdsSession implements GrpcStream.Listener {
  private static final String METHOD =
      "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

  private final GrpcTransport transport;
  private final EventThread thread;
  private final Handler handler;
  private final ClientLog log;
  private final BackOff backOff = new BackOff();

  private @Nullable GrpcStream stream;
  private boolean connected;
  private boolean closed;
  private boolean useful;
  private long changedNanos;
  private long opened;
  private String lastEnd = "";

  /** Who speaks over the streams. */
  interface Handler {
    /** A new stream knows nothing of what was said before. */
    void onStream();

    /**
     * One message.
     *
     * @throws RuntimeException where the stream is of no use any more
     */
    void onMessage(byte[] message);

    /** There is no stream now. */
    void onDisconnected();
  }

  AdsSession(GrpcTransport transport, Handler handler, ClientLog log) {
    this.transport = transport;
    this.thread = transport.thread();
    this.handler = handler;
    this.log = log;
    this.changedNanos = thread.nanoTime();
  }

  void connect() {
    if (!closed) {
      useful = false;
      stream = transport.open(METHOD, Map.of(), this);
    }
  }

  void close() {
    closed = true;
    if (stream != null) {
      stream.cancel();
    }
    down();
  }

  void send(byte[] message) {
    if (connected && stream != null) {
      stream.send(message);
    }
  }

  boolean connected() {
    return connected;
  }

  long changedNanos() {
    return changedNanos;
  }

  long reconnects() {
    return Math.max(0, opened - 1);
  }

  String lastEnd() {
    return lastEnd;
  }

  @Override
  public void onOpen() {
    connected = true;
    changedNanos = thread.nanoTime();
    opened++;
    handler.onStream();
  }

  @Override
  public void onMessage(byte[] message) {
    try {
      handler.onMessage(message);
      useful = true;
      backOff.reset();
    } catch (RuntimeException e) {
      if (stream != null) {
        stream.cancel();
      }
      onEnd(new StreamEnd(false, "the control plane sent something unreadable: " + e));
    }
  }

  @Override
  public void onEnd(StreamEnd end) {
    stream = null;
    // An end in order says nothing bad, unless the stream never said anything at all.
    boolean atOnce = end.graceful() && useful;
    if (!end.reason().equals(lastEnd) && !atOnce) {
      log.warn("control plane: " + end.reason() + "; the last configuration stays, trying again");
    }
    lastEnd = end.reason();
    down();
    if (!closed) {
      thread.schedule(this::connect, atOnce ? 0 : backOff.next());
    }
  }

  private void down() {
    if (connected) {
      connected = false;
      changedNanos = thread.nanoTime();
    }
    handler.onDisconnected();
  }
}
