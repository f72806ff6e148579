package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/** OkHttp, as an app uses it; compiled against 3.14 and run with every version. */
public final class OkClient implements LibraryClient {
  private record Kind(boolean follow, boolean cookies, long timeoutMillis) {}

  private final Map<Kind, OkHttpClient> clients = new ConcurrentHashMap<>();
  private final OkHttpClient base = new OkHttpClient();

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    long started = System.nanoTime();
    OkHttpClient client =
        clients.computeIfAbsent(
            new Kind(call.followRedirects(), call.cookies(), call.timeoutMillis()), this::client);
    Request.Builder request = new Request.Builder().url(call.url());
    for (int i = 0; i + 1 < call.headers().size(); i += 2) {
      request.addHeader(call.headers().get(i), call.headers().get(i + 1));
    }
    request.method(call.method(), call.body().length == 0 ? null : body(call));
    Call made = client.newCall(request.build());
    if (call.cancelAfterMillis() > 0) {
      CompletableFuture.delayedExecutor(call.cancelAfterMillis(), TimeUnit.MILLISECONDS)
          .execute(made::cancel);
    }
    Response response;
    if (call.mode() == ClientCall.Mode.SYNC) {
      response = made.execute();
    } else {
      CompletableFuture<Response> future = new CompletableFuture<>();
      made.enqueue(
          new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
              future.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call done, Response got) {
              future.complete(got);
            }
          });
      response = future.get();
    }
    try (response) {
      return answer(response, started);
    }
  }

  private static ClientAnswer answer(Response response, long started) throws IOException {
    byte[] body = response.body().bytes();
    List<String> earlier = new ArrayList<>();
    for (Response before = response.priorResponse();
        before != null;
        before = before.priorResponse()) {
      earlier.add(0, String.valueOf(before.code()));
    }
    return new ClientAnswer(
        response.code(),
        flat(response.headers()),
        body,
        response.request().url().toString(),
        response.request().url().toString(),
        flat(closest(response).headers()),
        earlier,
        "",
        "",
        (System.nanoTime() - started) / 1_000_000);
  }

  /** The request as the app's network interceptors have it, right before it is written. */
  private static Request closest(Response response) {
    Response network = response.networkResponse();
    return network == null ? response.request() : network.request();
  }

  private static List<String> flat(Headers headers) {
    List<String> flat = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      flat.add(headers.name(i));
      flat.add(headers.value(i));
    }
    return flat;
  }

  private static RequestBody body(ClientCall call) {
    RequestBody body = RequestBody.create(null, call.body());
    return call.once() ? new OnceBody(body) : body;
  }

  private OkHttpClient client(Kind kind) {
    OkHttpClient.Builder builder = base.newBuilder().followRedirects(kind.follow());
    if (kind.timeoutMillis() > 0) {
      builder.callTimeout(kind.timeoutMillis(), TimeUnit.MILLISECONDS);
    }
    if (kind.cookies()) {
      builder.cookieJar(new Cookies());
    }
    return builder.build();
  }

  /** The smallest jar: everything, for every path that the cookie is for. */
  private static final class Cookies implements CookieJar {
    private final List<Cookie> kept = new CopyOnWriteArrayList<>();

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
      kept.addAll(cookies);
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
      return kept.stream().filter(cookie -> cookie.matches(url)).toList();
    }
  }

  /** As one that streams what cannot be had again. */
  private static final class OnceBody extends RequestBody {
    private final RequestBody body;
    private boolean written;

    OnceBody(RequestBody body) {
      this.body = body;
    }

    @Override
    public MediaType contentType() {
      return body.contentType();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      if (written) {
        throw new IOException("the body was written already");
      }
      written = true;
      body.writeTo(sink);
    }
  }
}
