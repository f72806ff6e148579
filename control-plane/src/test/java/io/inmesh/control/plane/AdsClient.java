package io.inmesh.control.plane;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.inmesh.control.plane.ads.AdsServer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real gRPC client of one protocol; it acknowledges nothing by itself. */
final class AdsClient<Q, R> implements AutoCloseable {
  private final ManagedChannel channel;
  private final StreamObserver<Q> requests;
  private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Throwable error;

  private AdsClient(HostPort server, MethodDescriptor<Q, R> method) {
    channel = NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
    requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, CallOptions.DEFAULT),
            new StreamObserver<R>() {
              @Override
              public void onNext(R response) {
                responses.add(response);
              }

              @Override
              public void onError(Throwable failure) {
                error = failure;
                ended.countDown();
              }

              @Override
              public void onCompleted() {
                ended.countDown();
              }
            });
  }

  static AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(ControlPlane plane) {
    return delta(plane.xds());
  }

  static AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(HostPort server) {
    return new AdsClient<>(server, AdsServer.DELTA);
  }

  static AdsClient<DiscoveryRequest, DiscoveryResponse> whole(ControlPlane plane) {
    return new AdsClient<>(plane.xds(), AdsServer.WHOLE);
  }

  /** A sidecar's node as istiod knows it. */
  static Node node(String ip, String name, String namespace, Map<String, String> labels) {
    Struct.Builder labelStruct = Struct.newBuilder();
    labels.forEach((key, value) -> labelStruct.putFields(key, text(value)));
    return Node.newBuilder()
        .setId(
            "sidecar~" + ip + "~" + name + "." + namespace + "~" + namespace + ".svc.cluster.local")
        .setMetadata(
            Struct.newBuilder()
                .putFields("NAMESPACE", text(namespace))
                .putFields("INSTANCE_IPS", text(ip))
                .putFields("DNS_CAPTURE", text("true"))
                .putFields("CLUSTER_ID", text("Kubernetes"))
                .putFields("LABELS", Value.newBuilder().setStructValue(labelStruct).build()))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  void send(Q request) {
    requests.onNext(request);
  }

  R next() throws InterruptedException {
    R response = responses.poll(10, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no response within 10 s", error);
    }
    return response;
  }

  /** Whether nothing came for a while that is long beside a push. */
  boolean isQuiet() throws InterruptedException {
    R response = responses.poll(400, TimeUnit.MILLISECONDS);
    return response == null;
  }

  boolean hasEnded() throws InterruptedException {
    return ended.await(10, TimeUnit.SECONDS);
  }

  @Nullable Throwable error() {
    return error;
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
  }
}
