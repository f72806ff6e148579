package io.inmesh.it.clear;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An app with ideas of its own of how to connect; a call's method says which. The proxy is at the
 * port that a system property names.
 */
public final class OwnWays implements LibraryClient {
  static final String PROXY_PORT = "test.proxy";

  /** What the app has configured. */
  enum Way {
    OKHTTP_PROXY,
    OKHTTP_PROXY_SELECTOR,
    OKHTTP_SOCKET_FACTORY,
    JDK_PROXY_SELECTOR
  }

  @Override
  public ClientAnswer send(ClientCall call) throws Exception {
    InetSocketAddress proxy =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.getInteger(PROXY_PORT));
    OkHttpClient.Builder client = new OkHttpClient.Builder();
    return switch (Way.valueOf(call.method())) {
      case OKHTTP_PROXY -> okHttp(client.proxy(new Proxy(Proxy.Type.HTTP, proxy)), call);
      case OKHTTP_PROXY_SELECTOR -> okHttp(client.proxySelector(ProxySelector.of(proxy)), call);
      case OKHTTP_SOCKET_FACTORY -> okHttp(client.socketFactory(new Sockets()), call);
      case JDK_PROXY_SELECTOR -> jdk(ProxySelector.of(proxy), call);
    };
  }

  private static ClientAnswer okHttp(OkHttpClient.Builder client, ClientCall call)
      throws IOException {
    Request request =
        new Request.Builder()
            .url(call.url())
            .header(call.headers().get(0), call.headers().get(1))
            .build();
    try (Response response = client.build().newCall(request).execute()) {
      return answer(response.code(), response.body().bytes(), call);
    }
  }

  private static ClientAnswer jdk(ProxySelector proxies, ClientCall call) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(call.url()))
            .header(call.headers().get(0), call.headers().get(1))
            .build();
    HttpResponse<byte[]> response =
        HttpClient.newBuilder()
            .proxy(proxies)
            .build()
            .send(request, HttpResponse.BodyHandlers.ofByteArray());
    return answer(response.statusCode(), response.body(), call);
  }

  private static ClientAnswer answer(int status, byte[] body, ClientCall call) {
    return new ClientAnswer(
        status, List.of(), body, call.url(), call.url(), List.of(), List.of(), "", "", 0);
  }

  /** Sockets of the app's own making. */
  private static final class Sockets extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new Socket(Proxy.NO_PROXY);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return new Socket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return new Socket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return new Socket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return new Socket(host, port, local, localPort);
    }
  }
}
