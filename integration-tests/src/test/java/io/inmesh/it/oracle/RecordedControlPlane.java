package io.inmesh.it.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.GrpcTransport;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers each subscription with the recorded bytes. */
final class RecordedControlPlane implements GrpcTransport {
  private final Map<String, byte[]> responses;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "recorded-ads"));
  private final EventThread thread = new Events();

  RecordedControlPlane(Map<String, byte[]> responses) {
    this.responses = responses;
  }

  @Override
  public EventThread thread() {
    return thread;
  }

  @Override
  public GrpcStream open(
      String method, Map<String, String> metadata, GrpcStream.Listener listener) {
    executor.execute(listener::onOpen);
    return new GrpcStream() {
      @Override
      public void send(byte[] message) {
        byte[] answer = answer(message);
        if (answer != null) {
          executor.execute(() -> listener.onMessage(answer.clone()));
        }
      }

      @Override
      public void finish() {}

      @Override
      public void cancel() {}
    };
  }

  private byte @Nullable [] answer(byte[] message) {
    try {
      DeltaDiscoveryRequest request = DeltaDiscoveryRequest.parseFrom(message);
      boolean asks =
          request.getResponseNonce().isEmpty() || request.getResourceNamesSubscribeCount() > 0;
      return asks ? responses.get(request.getTypeUrl()) : null;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  private final class Events implements EventThread {
    @Override
    public boolean isCurrent() {
      return Thread.currentThread().getName().equals("recorded-ads");
    }

    @Override
    public void execute(Runnable task) {
      if (!executor.isShutdown()) {
        executor.execute(task);
      }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      if (!executor.isShutdown()) {
        executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      }
    }
  }
}
