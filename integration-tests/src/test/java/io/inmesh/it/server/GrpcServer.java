package io.inmesh.it.server;

import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Methods of any name but {@code Missing}: {@code Seen} answers how many calls there were, {@code
 * View} what the app sees of its caller, {@code Headers} a line for each, any other each message as
 * it came. Whichever transport the class path has.
 */
public class GrpcServer implements LibraryServer {
  private static final int LARGEST = 16 << 20;

  @Override
  public int start(ServerPages pages, int port) throws Exception {
    return Grpc.newServerBuilderForPort(port, credentials())
        .maxInboundMessageSize(LARGEST)
        .fallbackHandlerRegistry(
            new HandlerRegistry() {
              @Override
              public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
                  String method, @Nullable String authority) {
                return method.endsWith("/Missing")
                    ? null
                    : ServerMethodDefinition.create(
                        GrpcBytes.method(MethodType.BIDI_STREAMING, method),
                        (call, headers) -> serve(pages, call, headers));
              }
            })
        .build()
        .start()
        .getPort();
  }

  /** The app's own TLS, or none. */
  protected ServerCredentials credentials() throws Exception {
    return InsecureServerCredentials.create();
  }

  private static ServerCall.Listener<byte[]> serve(
      ServerPages pages, ServerCall<byte[], byte[]> call, Metadata headers) {
    String method = call.getMethodDescriptor().getBareMethodName();
    String answer =
        switch (String.valueOf(method)) {
          case "Seen" -> Integer.toString(pages.seen());
          case "View" -> view(call, headers);
          case "Headers" -> lines(call, headers);
          default -> null;
        };
    if (answer == null) {
      pages.see();
    }
    call.sendHeaders(new Metadata());
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        call.sendMessage(answer == null ? message : answer.getBytes(StandardCharsets.UTF_8));
        call.request(1);
      }

      @Override
      public void onHalfClose() {
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static String view(ServerCall<?, ?> call, Metadata headers) {
    Metadata.Key<String> cert =
        Metadata.Key.of("x-forwarded-client-cert", Metadata.ASCII_STRING_MARSHALLER);
    return "tls=%s level=%s cert=%s"
        .formatted(
            call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
            call.getSecurityLevel(),
            headers.get(cert));
  }

  /** As an app sees them, the authority too. */
  private static String lines(ServerCall<?, ?> call, Metadata headers) {
    StringBuilder lines = new StringBuilder("host: " + call.getAuthority() + "\n");
    for (String name : headers.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Iterable<String> values =
            headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        if (values != null) {
          values.forEach(value -> lines.append(name).append(": ").append(value).append('\n'));
        }
      }
    }
    return lines.toString();
  }
}
