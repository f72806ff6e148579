package io.inmesh.it.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.GrpcBytes;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC, as an app uses it. The method of a call says how it streams: {@code UNARY}, {@code
 * CLIENT_STREAMING}, …; a line of the body is a message then. The status of the answer is gRPC's,
 * its message the description; headers and trailers are one list. A header {@code Host} of the call
 * is its authority.
 */
public final class GrpcApp implements LibraryClient {
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  /** A call that this makes; {@code SYNC}, whose target is plain {@code HOST:PORT}. */
  public static ClientCall call(MethodType type, String url, String body) {
    return new ClientCall(
        type.name(),
        url,
        List.of(),
        body.getBytes(StandardCharsets.UTF_8),
        false,
        ClientCall.Mode.SYNC,
        ClientCall.Protocol.HTTP_2,
        false,
        false,
        0,
        0);
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    long started = System.nanoTime();
    URI uri = URI.create(call.url());
    boolean sync = call.mode() == ClientCall.Mode.SYNC;
    // Both ways in which an app may name a host.
    String target = (sync ? "" : "dns:///") + uri.getAuthority();
    // A call with cookies has a channel of its own here, which it ends.
    ManagedChannel channel =
        call.cookies() ? channel(target) : channels.computeIfAbsent(target, GrpcApp::channel);
    CallOptions options = CallOptions.DEFAULT;
    if (call.timeoutMillis() > 0) {
      options = options.withDeadlineAfter(call.timeoutMillis(), TimeUnit.MILLISECONDS);
    }
    List<String> headers = new ArrayList<>(call.headers());
    int host = headers.indexOf("Host");
    if (host >= 0) {
      options = options.withAuthority(headers.get(host + 1));
      headers.subList(host, host + 2).clear();
    }
    Seen seen = new Seen(metadata(headers));
    options = options.withOption(Seen.KEY, seen);
    MethodType type = MethodType.valueOf(call.method());
    var method = GrpcBytes.method(type, uri.getPath().substring(1));
    if (sync && type == MethodType.UNARY) {
      try {
        seen.messages.add(ClientCalls.blockingUnaryCall(channel, method, options, call.body()));
      } catch (StatusRuntimeException e) {
        seen.status = e.getStatus();
      }
    } else {
      stream(channel.newCall(method, options), call, seen).get(50, TimeUnit.SECONDS);
    }
    boolean ended = call.cookies() && channel.shutdown().awaitTermination(10, TimeUnit.SECONDS);
    return answer(channel, seen, ended, (System.nanoTime() - started) / 1_000_000);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }

  private static ManagedChannel channel(String target) {
    return ManagedChannelBuilder.forTarget(target)
        .usePlaintext()
        .intercept(new SeeingInterceptor())
        .build();
  }

  private static CompletableFuture<?> stream(
      io.grpc.ClientCall<byte[], byte[]> made, ClientCall call, Seen seen) {
    CompletableFuture<@Nullable Object> closed = new CompletableFuture<>();
    made.start(
        new io.grpc.ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            seen.messages.add(message);
            made.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            seen.status = status;
            closed.complete(null);
          }
        },
        new Metadata());
    made.request(1);
    if (call.cancelAfterMillis() > 0) {
      CompletableFuture.delayedExecutor(call.cancelAfterMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> made.cancel("no longer wanted", null));
    }
    MethodType type = MethodType.valueOf(call.method());
    if (type == MethodType.UNARY || type == MethodType.SERVER_STREAMING) {
      made.sendMessage(call.body());
    } else {
      for (String line : new String(call.body(), StandardCharsets.UTF_8).split("\n", -1)) {
        made.sendMessage(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    made.halfClose();
    return closed;
  }

  private static ClientAnswer answer(
      ManagedChannel channel, Seen seen, boolean ended, long millis) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] message : seen.messages) {
      if (body.size() > 0) {
        body.write('\n');
      }
      body.writeBytes(message);
    }
    return new ClientAnswer(
        seen.status.getCode().value(),
        flat(seen.received),
        body.toByteArray(),
        ended ? "ended" : "",
        channel.authority(),
        flat(seen.sent),
        List.of(),
        "",
        String.valueOf(seen.status.getDescription()),
        millis);
  }

  private static Metadata metadata(List<String> headers) {
    Metadata metadata = new Metadata();
    for (int i = 0; i + 1 < headers.size(); i += 2) {
      metadata.put(
          Metadata.Key.of(headers.get(i), Metadata.ASCII_STRING_MARSHALLER), headers.get(i + 1));
    }
    return metadata;
  }

  private static List<String> flat(Metadata metadata) {
    List<String> flat = new ArrayList<>();
    for (String name : metadata.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        var values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        if (values != null) {
          values.forEach(value -> flat.addAll(List.of(name, value)));
        }
      }
    }
    return flat;
  }
}
