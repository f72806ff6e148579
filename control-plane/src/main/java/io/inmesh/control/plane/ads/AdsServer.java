package io.inmesh.control.plane.ads;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The aggregated discovery service over plaintext gRPC. Thread-safe. */
public final class AdsServer implements AutoCloseable {
  /** The service's name on the wire. */
  public static final String SERVICE = "envoy.service.discovery.v3.AggregatedDiscoveryService";

  private static final int MAX_REQUEST_BYTES = 16 << 20;
  private static final long KEEPALIVE_SECONDS = 30;
  private static final long KEEPALIVE_TIMEOUT_SECONDS = 10;
  private static final long LEAST_CLIENT_KEEPALIVE_SECONDS = 5;
  private static final long END_MILLIS = 2000;

  private final Set<ClientStream<?, ?>> streams = ConcurrentHashMap.newKeySet();
  private final AdsMetrics metrics = new AdsMetrics();
  private final Consumer<String> log;
  private final Server server;
  private volatile Snapshot snapshot;

  /**
   * Opens the port.
   *
   * @param address port 0 takes a free one
   * @param first the state that early clients get
   * @throws IOException if the port is taken
   */
  public AdsServer(InetSocketAddress address, Snapshot first, Consumer<String> log)
      throws IOException {
    this.snapshot = first;
    this.log = log;
    this.server = port(address).addService(service()).build().start();
  }

  /** A port with the limits that suit discovery; port 0 takes a free one. */
  public static NettyServerBuilder port(InetSocketAddress address) {
    return NettyServerBuilder.forAddress(address)
        .maxInboundMessageSize(MAX_REQUEST_BYTES)
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveTime(LEAST_CLIENT_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  /** The service, for another port too. */
  public ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(
            WHOLE,
            ServerCalls.asyncBidiStreamingCall(
                client -> accepted(new WholeStream(this, client, log))))
        .addMethod(
            DELTA,
            ServerCalls.asyncBidiStreamingCall(
                client -> accepted(new DeltaStream(this, client, log))))
        .build();
  }

  /** The state-of-the-world method. */
  public static final MethodDescriptor<DiscoveryRequest, DiscoveryResponse> WHOLE =
      method(
          "StreamAggregatedResources",
          DiscoveryRequest.getDefaultInstance(),
          DiscoveryResponse.getDefaultInstance());

  /** The incremental method. */
  public static final MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DELTA =
      method(
          "DeltaAggregatedResources",
          DeltaDiscoveryRequest.getDefaultInstance(),
          DeltaDiscoveryResponse.getDefaultInstance());

  private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
      String name, Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(response))
        .build();
  }

  private <S extends ClientStream<?, ?>> S accepted(S stream) {
    streams.add(stream);
    return stream;
  }

  void ended(ClientStream<?, ?> stream) {
    if (streams.remove(stream) && stream.status() != null) {
      log.accept("client " + stream.display() + " disconnected");
    }
  }

  /** Makes a state current and sends every client what changed for it. */
  public void push(Snapshot next) {
    snapshot = next;
    for (ClientStream<?, ?> stream : streams) {
      stream.push(next);
    }
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public AdsMetrics metrics() {
    return metrics;
  }

  /** The clients that said who they are. */
  public List<ClientStatus> clients() {
    List<ClientStatus> out = new ArrayList<>();
    for (ClientStream<?, ?> stream : streams) {
      ClientStatus status = stream.status();
      if (status != null) {
        out.add(status);
      }
    }
    return out;
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return (InetSocketAddress) Objects.requireNonNull(server.getListenSockets().get(0));
  }

  /** Ends all streams cleanly and closes the port; waits at most two seconds. */
  @Override
  public void close() {
    server.shutdown();
    streams.forEach(ClientStream::close);
    try {
      if (!server.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
