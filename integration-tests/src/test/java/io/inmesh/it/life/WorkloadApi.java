package io.inmesh.it.life;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.TestCa;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.concurrent.TimeUnit;

/** A SPIFFE Workload API on a Unix socket that gives everybody the same identity. */
final class WorkloadApi implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Server server;

  WorkloadApi(Path socket, String id, TestCa.Signed signed) throws Exception {
    byte[] response = response(id, signed);
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(threads)
            .workerEventLoopGroup(threads)
            .addService(
                ServerServiceDefinition.builder("SpiffeWorkloadAPI")
                    .addMethod(
                        GrpcBytes.method(
                            MethodType.SERVER_STREAMING, "SpiffeWorkloadAPI/FetchX509SVID"),
                        ServerCalls.asyncServerStreamingCall(
                            (request, out) -> out.onNext(response)))
                    .build())
            .build()
            .start();
  }

  private static byte[] response(String id, TestCa.Signed signed)
      throws CertificateEncodingException {
    UnknownFieldSet svid =
        UnknownFieldSet.newBuilder()
            .addField(1, field(ByteString.copyFromUtf8(id)))
            .addField(2, field(ByteString.copyFrom(signed.chain().get(0).getEncoded())))
            .addField(3, field(ByteString.copyFrom(signed.key().getEncoded())))
            .addField(4, field(ByteString.copyFrom(signed.chain().get(1).getEncoded())))
            .build();
    return UnknownFieldSet.newBuilder()
        .addField(1, field(svid.toByteString()))
        .build()
        .toByteArray();
  }

  private static UnknownFieldSet.Field field(ByteString value) {
    return UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build();
  }

  @Override
  public void close() {
    server.shutdownNow();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
