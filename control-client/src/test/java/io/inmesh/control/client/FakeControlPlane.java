package io.inmesh.control.client;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A delta ADS server of the real gRPC library, which answers from a set of resources and keeps what
 * it was told.
 */
final class FakeControlPlane implements AutoCloseable {

  private Server server;
  private final Map<String, Map<String, Resource>> resources = new LinkedHashMap<>();
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private int nonce;

  FakeControlPlane() {
    this(NettyServerBuilder.forAddress(loopback(0)));
  }

  FakeControlPlane(NettyServerBuilder builder) {

    MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> method =
        MethodDescriptor.<DeltaDiscoveryRequest, DeltaDiscoveryResponse>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(
                "envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")
            .setRequestMarshaller(ProtoUtils.marshaller(DeltaDiscoveryRequest.getDefaultInstance()))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DeltaDiscoveryResponse.getDefaultInstance()))
            .build();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("envoy.service.discovery.v3.AggregatedDiscoveryService")
            .addMethod(method, ServerCalls.asyncBidiStreamingCall(this::open))
            .build();
    builder
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .addService(ServerInterceptors.intercept(service, new TokenReader()));
    server = start(builder);
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static Server start(NettyServerBuilder builder) {
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class TokenReader implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String token =
          headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
      tokens.add(token == null ? "" : token);
      return next.startCall(call, headers);
    }
  }

  int port() {
    return server.getPort();
  }

  List<String> tokens() {
    return tokens;
  }

  /** Sets a resource without telling anybody. */
  synchronized FakeControlPlane with(String name, Message message, String version) {
    Any any = Any.pack(message);
    resources
        .computeIfAbsent(any.getTypeUrl(), k -> new LinkedHashMap<>())
        .put(
            name, Resource.newBuilder().setName(name).setVersion(version).setResource(any).build());
    return this;
  }

  synchronized void without(ResourceType type, String name) {
    resources.getOrDefault(type.typeUrl(), new HashMap<>()).remove(name);
  }

  /** Sends resources on the newest stream. */
  synchronized void push(ResourceType type, String... names) {
    List<Resource> found = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    Map<String, Resource> all = resources.getOrDefault(type.typeUrl(), Map.of());
    for (String name : names) {
      Resource resource = all.get(name);
      if (resource == null) {
        removed.add(name);
      } else {
        found.add(resource);
      }
    }
    stream().send(type.typeUrl(), found, removed);
  }

  /** The newest stream. */
  Stream stream() {
    return streams.get(streams.size() - 1);
  }

  List<Stream> streams() {
    return streams;
  }

  List<DeltaDiscoveryRequest> requests(ResourceType type) {
    return streams.isEmpty() ? List.of() : stream().requests(type);
  }

  private StreamObserver<DeltaDiscoveryRequest> open(
      StreamObserver<DeltaDiscoveryResponse> responses) {
    Stream stream = new Stream(responses);
    streams.add(stream);
    return stream;
  }

  /** One stream. */
  final class Stream implements StreamObserver<DeltaDiscoveryRequest> {
    private final StreamObserver<DeltaDiscoveryResponse> responses;
    private final List<DeltaDiscoveryRequest> requests = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    Stream(StreamObserver<DeltaDiscoveryResponse> responses) {
      this.responses = responses;
    }

    List<DeltaDiscoveryRequest> requests() {
      return requests;
    }

    List<DeltaDiscoveryRequest> requests(ResourceType type) {
      return requests.stream().filter(r -> r.getTypeUrl().equals(type.typeUrl())).toList();
    }

    boolean over() {
      return over;
    }

    @Override
    public void onNext(DeltaDiscoveryRequest request) {
      requests.add(request);
      if (!request.getResponseNonce().isEmpty()) {
        return;
      }
      synchronized (FakeControlPlane.this) {
        Map<String, Resource> all = resources.getOrDefault(request.getTypeUrl(), Map.of());
        boolean wildcard =
            request.getResourceNamesSubscribeCount() == 0
                && request.getResourceNamesUnsubscribeCount() == 0;
        List<Resource> found = new ArrayList<>();
        for (Resource resource : all.values()) {
          String held = request.getInitialResourceVersionsMap().get(resource.getName());
          boolean asked =
              wildcard || request.getResourceNamesSubscribeList().contains(resource.getName());
          if (asked && !resource.getVersion().equals(held)) {
            found.add(resource);
          }
        }
        List<String> removed = new ArrayList<>();
        for (String name : request.getInitialResourceVersionsMap().keySet()) {
          if (!all.containsKey(name)) {
            removed.add(name);
          }
        }
        if (wildcard || !found.isEmpty() || !removed.isEmpty()) {
          send(request.getTypeUrl(), found, removed);
        }
      }
    }

    void send(String typeUrl, List<Resource> found, List<String> removed) {
      responses.onNext(
          DeltaDiscoveryResponse.newBuilder()
              .setTypeUrl(typeUrl)
              .setSystemVersionInfo("v" + ++nonce)
              .setNonce("n" + nonce)
              .addAllResources(found)
              .addAllRemovedResources(removed)
              .build());
    }

    void send(DeltaDiscoveryResponse response) {
      responses.onNext(response);
    }

    void end() {
      responses.onCompleted();
    }

    void fail(Status status) {
      responses.onError(status.asRuntimeException());
    }

    @Override
    public void onError(Throwable t) {
      over = true;
    }

    @Override
    public void onCompleted() {
      over = true;
    }
  }

  /** Stops listening in order, as a control plane that is replaced does, and listens again. */
  void restart() {
    int port = server.getPort();
    server.shutdownNow();
    awaitEnd();
    List<ServerServiceDefinition> services = server.getServices();
    // The selector gives the old socket back only when it looks at its keys again.
    server =
        await()
            .ignoreExceptionsInstanceOf(UncheckedIOException.class)
            .until(
                () -> start(NettyServerBuilder.forAddress(loopback(port)).addServices(services)),
                started -> true);
  }

  /** Announces the end of all connections (GOAWAY) without ending streams. */
  void shutdownInOrder() {
    server.shutdown();
  }

  private void awaitEnd() {
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    awaitEnd();
  }
}
