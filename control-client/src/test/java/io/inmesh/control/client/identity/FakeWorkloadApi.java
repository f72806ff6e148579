package io.inmesh.control.client.identity;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
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
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.TestCa;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A SPIFFE Workload API of the real gRPC library. */
final class FakeWorkloadApi implements AutoCloseable {
  private final Server server;
  private final @Nullable MultiThreadIoEventLoopGroup threads;
  private final List<StreamObserver<byte[]>> streams = new CopyOnWriteArrayList<>();
  private volatile byte[] response;

  private FakeWorkloadApi(
      NettyServerBuilder builder, @Nullable MultiThreadIoEventLoopGroup threads, byte[] response) {
    this.threads = threads;
    this.response = response;
    MethodDescriptor<byte[], byte[]> method =
        GrpcBytes.method(
            MethodDescriptor.MethodType.SERVER_STREAMING, "SpiffeWorkloadAPI/FetchX509SVID");
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("SpiffeWorkloadAPI")
            .addMethod(method, ServerCalls.asyncServerStreamingCall(this::fetch))
            .build();
    try {
      server =
          builder.addService(ServerInterceptors.intercept(service, new Guard())).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FakeWorkloadApi onTcp(int port, byte[] response) {
    return new FakeWorkloadApi(
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
        null,
        response);
  }

  static FakeWorkloadApi onUnixSocket(Path socket, byte[] response) {
    MultiThreadIoEventLoopGroup threads =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    return new FakeWorkloadApi(
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(threads)
            .workerEventLoopGroup(threads),
        threads,
        response);
  }

  /** An answer with one identity. */
  static byte[] svid(String id, TestCa.Signed signed, X509Certificate... bundle) {
    UnknownFieldSet.Field.Builder roots = UnknownFieldSet.Field.newBuilder();
    ByteString all = ByteString.EMPTY;
    for (X509Certificate root : bundle) {
      all = all.concat(der(root));
    }
    roots.addLengthDelimited(all);
    UnknownFieldSet svid =
        UnknownFieldSet.newBuilder()
            .addField(1, bytes(ByteString.copyFromUtf8(id)))
            .addField(2, bytes(der(signed.chain().get(0))))
            .addField(3, bytes(ByteString.copyFrom(signed.key().getEncoded())))
            .addField(4, roots.build())
            .build();
    return UnknownFieldSet.newBuilder()
        .addField(1, bytes(svid.toByteString()))
        .build()
        .toByteArray();
  }

  private static UnknownFieldSet.Field bytes(ByteString value) {
    return UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build();
  }

  private static ByteString der(X509Certificate certificate) {
    try {
      return ByteString.copyFrom(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return server.getPort();
  }

  int calls() {
    return streams.size();
  }

  /** Sends this to those who listen and to those who come. */
  void send(byte[] next) {
    response = next;
    streams.get(streams.size() - 1).onNext(next);
  }

  /** Ends the newest stream. */
  void fail(Status status) {
    streams.get(streams.size() - 1).onError(status.asRuntimeException());
  }

  private void fetch(byte[] request, StreamObserver<byte[]> out) {
    out.onNext(response);
    streams.add(out);
  }

  private static final class Guard implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String marked =
          headers.get(Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER));
      if (!"true".equals(marked)) {
        call.close(Status.INVALID_ARGUMENT.withDescription("security header missing"), headers);
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (threads != null) {
      threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
