package io.inmesh.it.life;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channels;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * An app that calls in several ways, of which the mesh routes one; a call's method says which. A
 * refused connection is answered with its exception.
 */
public final class RawClient implements LibraryClient {
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    URI uri = URI.create(call.url());
    byte[] body;
    try {
      body = body(call.method(), uri);
    } catch (ConnectException e) {
      body = e.toString().getBytes(StandardCharsets.UTF_8);
    }
    return new ClientAnswer(
        200, List.of(), body, call.url(), call.url(), List.of(), List.of(), "", "", 0);
  }

  private byte[] body(String way, URI uri) throws IOException, InterruptedException {
    return switch (way) {
      case "SOCKET" -> socket(uri);
      case "CHANNEL" -> channel(uri);
      case "FUTURE" -> asynchronous(uri, RawClient::connected);
      case "HANDLER" -> asynchronous(uri, RawClient::handled);
      case "URL" -> url(uri);
      default ->
          client
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
              .body();
    };
  }

  private static byte[] socket(URI uri) throws IOException {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.getOutputStream().write(request(uri));
      return socket.getInputStream().readAllBytes();
    }
  }

  private static byte[] channel(URI uri) throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()))) {
      channel.write(ByteBuffer.wrap(request(uri)));
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private interface Connecting {
    Future<?> start(AsynchronousSocketChannel channel, InetSocketAddress address);
  }

  private static byte[] asynchronous(URI uri, Connecting connecting)
      throws IOException, InterruptedException {
    try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
      connecting.start(channel, new InetSocketAddress(uri.getHost(), uri.getPort())).get();
      channel.write(ByteBuffer.wrap(request(uri))).get();
      return Channels.newInputStream(channel).readAllBytes();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ConnectException refused ? refused : new IOException(e);
    }
  }

  private static Future<?> connected(AsynchronousSocketChannel channel, InetSocketAddress address) {
    return channel.connect(address);
  }

  private static Future<?> handled(AsynchronousSocketChannel channel, InetSocketAddress address) {
    CompletableFuture<Boolean> connected = new CompletableFuture<>();
    channel.connect(
        address,
        channel,
        new CompletionHandler<Void, AsynchronousSocketChannel>() {
          @Override
          public void completed(Void unused, AsynchronousSocketChannel attached) {
            connected.complete(attached.isOpen());
          }

          @Override
          public void failed(Throwable failure, AsynchronousSocketChannel attached) {
            connected.completeExceptionally(
                attached.isOpen() ? new IllegalStateException("left open", failure) : failure);
          }
        });
    return connected;
  }

  private static byte[] url(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Connection", "close");
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  private static byte[] request(URI uri) {
    return ("GET / HTTP/1.1\r\nHost: " + uri.getHost() + "\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
