package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An app that says each line of a call's body over a WebSocket, the next one when the answer to the
 * last has come, and then closes it. Its answer has a line for each message that came, and as
 * status the one that the other side closed with.
 */
public final class WebSocketTalk implements LibraryClient {
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    Talk talk = new Talk(new String(call.body(), StandardCharsets.UTF_8).split("\n", -1));
    client
        .newWebSocketBuilder()
        .buildAsync(URI.create(call.url().replace("http:", "ws:")), talk)
        .get(10, TimeUnit.SECONDS);
    int status = talk.closed.get(30, TimeUnit.SECONDS);
    byte[] answer = String.join("\n", talk.received).getBytes(StandardCharsets.UTF_8);
    return new ClientAnswer(
        status, List.of(), answer, call.url(), call.url(), List.of(), List.of(), "", "", 0);
  }

  private static final class Talk implements WebSocket.Listener {
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final List<String> received = new ArrayList<>();
    private final String[] lines;
    private final StringBuilder partial = new StringBuilder();

    Talk(String[] lines) {
      this.lines = lines;
    }

    @Override
    public void onOpen(WebSocket socket) {
      socket.sendText(lines[0], true);
      socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      partial.append(text);
      if (last) {
        received.add(partial.toString());
        partial.setLength(0);
        if (received.size() < lines.length) {
          socket.sendText(lines[received.size()], true);
        } else {
          socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }
  }
}
