package io.inmesh.it.grpc;

import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.netty.NettyServerBuilder;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.it.origination.OutsideServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One whose methods have any name. */
final class OutsideGrpc implements OutsideServer {
  private final Server server;
  private final AtomicInteger seen = new AtomicInteger();

  OutsideGrpc(TestCa.Signed shown, Optional<TestCa> callers) throws IOException {
    TlsServerCredentials.Builder tls =
        TlsServerCredentials.newBuilder().keyManager(shown.chainPem(), shown.keyPem());
    if (callers.isPresent()) {
      tls.trustManager(callers.get().rootPem()).clientAuth(ClientAuth.REQUIRE);
    }
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls.build())
            .fallbackHandlerRegistry(
                new HandlerRegistry() {
                  @Override
                  public ServerMethodDefinition<?, ?> lookupMethod(
                      String method, @Nullable String authority) {
                    return ServerMethodDefinition.create(
                        GrpcBytes.method(MethodType.UNARY, method),
                        (call, headers) -> answer(call));
                  }
                })
            .build()
            .start();
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public int seen() {
    return seen.get();
  }

  private ServerCall.Listener<byte[]> answer(ServerCall<byte[], byte[]> call) {
    seen.incrementAndGet();
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    String view = OutsideServer.view(Objects.requireNonNull(session));
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        call.sendHeaders(new Metadata());
        call.sendMessage(view.getBytes(StandardCharsets.UTF_8));
        call.close(Status.OK, new Metadata());
      }
    };
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }
}
