package workload;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** By OkHttp, HTTP/1.1; the pool holds a connection for each thread. */
final class OkCaller implements Caller {
  private static final int CONNECTIONS = 64;

  private final OkHttpClient client;
  private final String url;
  private final List<String> headers;

  OkCaller(String url, List<String> headers) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(CONNECTIONS, 5, TimeUnit.MINUTES));
    OwnTls.wanted()
        .ifPresent(tls -> builder.sslSocketFactory(tls.context().getSocketFactory(), tls.trust()));
    this.client = builder.build();
    this.url = url;
    this.headers = headers;
  }

  @Override
  @SuppressWarnings("NullAway") // OkHttp 4 gives a body with every response of execute()
  public int call(byte[] body) throws IOException {
    Request.Builder request = new Request.Builder().url(url);
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    if (body.length > 0) {
      request.post(RequestBody.create(body));
    }
    try (Response response = client.newCall(request.build()).execute()) {
      response.body().bytes();
      return response.code();
    }
  }
}
