package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** {@code java.net.http.HttpClient}, as an app uses it. */
public final class JdkClient implements LibraryClient {
  /** A header that asks for a WebSocket with this message instead of a request. */
  static final String WEB_SOCKET_MESSAGE = "x-test-websocket";

  private record Kind(boolean follow, boolean cookies, ClientCall.Protocol protocol) {}

  private final Map<Kind, HttpClient> clients = new ConcurrentHashMap<>();

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    long started = System.nanoTime();
    HttpClient client =
        clients.computeIfAbsent(
            new Kind(call.followRedirects(), call.cookies(), call.protocol()), JdkClient::client);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(call.url()))
            .method(
                call.method(),
                call.body().length == 0 ? HttpRequest.BodyPublishers.noBody() : body(call));
    for (int i = 0; i + 1 < call.headers().size(); i += 2) {
      request.header(call.headers().get(i), call.headers().get(i + 1));
    }
    if (call.timeoutMillis() > 0) {
      request.timeout(Duration.ofMillis(call.timeoutMillis()));
    }
    int message = call.headers().indexOf(WEB_SOCKET_MESSAGE);
    if (message >= 0) {
      return webSocket(client, call, call.headers().get(message + 1), started);
    }
    HttpResponse<byte[]> response;
    if (call.mode() == ClientCall.Mode.SYNC) {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } else {
      CompletableFuture<HttpResponse<byte[]>> future =
          client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (call.cancelAfterMillis() > 0) {
        CompletableFuture.delayedExecutor(call.cancelAfterMillis(), TimeUnit.MILLISECONDS)
            .execute(() -> future.cancel(true));
      }
      response = future.get();
    }
    return answer(response, (System.nanoTime() - started) / 1_000_000);
  }

  private static ClientAnswer webSocket(
      HttpClient client, ClientCall call, String message, long started) throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(call.url().replace("http:", "ws:")),
                new WebSocket.Listener() {
                  @Override
                  public @Nullable CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    got.complete(text.toString());
                    return null;
                  }
                })
            .get(5, TimeUnit.SECONDS);
    socket.sendText(message, true).get(5, TimeUnit.SECONDS);
    String answer = got.get(5, TimeUnit.SECONDS);
    socket.abort();
    return new ClientAnswer(
        101,
        List.of(),
        answer.getBytes(StandardCharsets.UTF_8),
        call.url(),
        call.url(),
        List.of(),
        List.of(),
        "",
        "",
        (System.nanoTime() - started) / 1_000_000);
  }

  private static ClientAnswer answer(HttpResponse<byte[]> response, long millis) {
    List<String> earlier = new ArrayList<>();
    for (Optional<HttpResponse<byte[]>> before = response.previousResponse();
        before.isPresent();
        before = before.get().previousResponse()) {
      earlier.add(0, String.valueOf(before.get().statusCode()));
    }
    return new ClientAnswer(
        response.statusCode(),
        flat(response.headers()),
        response.body(),
        response.uri().toString(),
        response.request().uri().toString(),
        flat(response.request().headers()),
        earlier,
        "",
        "",
        millis);
  }

  private static List<String> flat(HttpHeaders headers) {
    List<String> flat = new ArrayList<>();
    headers
        .map()
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> {
                      flat.add(name);
                      flat.add(value);
                    }));
    return flat;
  }

  private static HttpRequest.BodyPublisher body(ClientCall call) {
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofByteArray(call.body());
    if (!call.once()) {
      return body;
    }
    AtomicBoolean given = new AtomicBoolean();
    return HttpRequest.BodyPublishers.fromPublisher(
        subscriber -> {
          if (given.getAndSet(true)) {
            throw new IllegalStateException("this body can be given once");
          }
          body.subscribe(subscriber);
        });
  }

  private static HttpClient client(Kind kind) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(
                kind.protocol() == ClientCall.Protocol.HTTP_2
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .followRedirects(
                kind.follow() ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER);
    if (kind.cookies()) {
      builder.cookieHandler(new CookieManager());
    }
    return builder.build();
  }
}
