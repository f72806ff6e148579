package io.inmesh.it.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.inmesh.instrumentation.testing.GrpcBytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A service of any name whose methods do what they are called: {@code Echo} answers each message,
 * {@code Collect} all of them together, {@code Count} with as many as the message says, {@code
 * Break} with one and then a failure, {@code Hang} never. A scripted status comes in place of that.
 */
final class GrpcUpstream implements AutoCloseable {
  private static final Metadata.Key<String> SERVER =
      Metadata.Key.of("x-server", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MAX_MESSAGE = 16 << 20;

  private final String name;
  private final Server server;
  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private final Queue<Status> script = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Another at each reset: a call of before may be called off after it. */
  private volatile AtomicInteger cancelled = new AtomicInteger();

  /** One request as it arrived. */
  record Request(String method, String authority, Map<String, String> headers, String peer) {}

  GrpcUpstream(String name) throws IOException {
    this(name, "127.0.0.1");
  }

  /**
   * @param address where it serves
   */
  GrpcUpstream(String name, String address) throws IOException {
    this.name = name;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, 0))
            .maxInboundMessageSize(MAX_MESSAGE)
            .fallbackHandlerRegistry(
                new HandlerRegistry() {
                  @Override
                  public ServerMethodDefinition<?, ?> lookupMethod(
                      String method, @Nullable String authority) {
                    return ServerMethodDefinition.create(
                        GrpcBytes.method(MethodType.BIDI_STREAMING, method),
                        (call, headers) -> answer(call, headers));
                  }
                })
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .build()
            .start();
  }

  String name() {
    return name;
  }

  int port() {
    return server.getPort();
  }

  /** Ends the next calls with these before a header; {@code OK} lets one pass. */
  void script(Status... statuses) {
    script.addAll(List.of(statuses));
  }

  /** Every request so far. */
  List<Request> seen() {
    return List.copyOf(seen);
  }

  /** Connections made so far. */
  int connections() {
    return connections.get();
  }

  /** Calls that the client has called off. */
  int cancelled() {
    return cancelled.get();
  }

  void reset() {
    seen.clear();
    script.clear();
    connections.set(0);
    cancelled = new AtomicInteger();
  }

  private ServerCall.Listener<byte[]> answer(ServerCall<byte[], byte[]> call, Metadata headers) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Object peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    seen.add(
        new Request("/" + method, String.valueOf(call.getAuthority()), text(headers), "" + peer));
    Status scripted = script.poll();
    call.request(1);
    return new Answer(
        call,
        method.substring(method.lastIndexOf('/') + 1),
        scripted == null ? Status.OK : scripted);
  }

  private static Map<String, String> text(Metadata headers) {
    Map<String, String> text = new HashMap<>();
    for (String key : headers.keys()) {
      if (!key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        text.put(
            key,
            String.valueOf(headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER))));
      }
    }
    return text;
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  private final class Answer extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private final String method;
    private final Status scripted;
    private final AtomicInteger countedBy = cancelled;
    private final List<byte[]> received = new ArrayList<>();
    private boolean headersSent;

    Answer(ServerCall<byte[], byte[]> call, String method, Status scripted) {
      this.call = call;
      this.method = method;
      this.scripted = scripted;
    }

    @Override
    public void onMessage(byte[] message) {
      received.add(message);
      call.request(1);
      if (scripted.isOk() && method.startsWith("Echo")) {
        say(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!scripted.isOk()) {
        call.close(scripted, new Metadata());
        return;
      }
      switch (method) {
        case "Hang" -> {
          return;
        }
        case "Collect" -> {
          int bytes = received.stream().mapToInt(message -> message.length).sum();
          say((received.size() + ":" + bytes).getBytes(StandardCharsets.UTF_8));
        }
        case "Count" -> {
          int count = Integer.parseInt(new String(received.get(0), StandardCharsets.UTF_8));
          for (int i = 0; i < count; i++) {
            say(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
          }
        }
        case "Break" -> {
          say(new byte[0]);
          call.close(Status.UNAVAILABLE.withDescription("broken"), new Metadata());
          return;
        }
        default -> {}
      }
      call.close(Status.OK, new Metadata());
    }

    @Override
    public void onCancel() {
      countedBy.incrementAndGet();
    }

    private void say(byte[] message) {
      if (!headersSent) {
        headersSent = true;
        Metadata headers = new Metadata();
        headers.put(SERVER, name);
        call.sendHeaders(headers);
      }
      call.sendMessage(message);
    }
  }
}
