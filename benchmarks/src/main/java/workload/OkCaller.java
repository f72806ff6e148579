package workload;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** By OkHttp; the pool holds a connection for each thread. */
final class OkCaller implements Caller {
  private static final int CONNECTIONS = 64;

  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(CONNECTIONS, 5, TimeUnit.MINUTES))
          .build();
  private final String url;
  private final List<String> headers;

  OkCaller(String url, List<String> headers) {
    this.url = url;
    this.headers = headers;
  }

  @Override
  @SuppressWarnings("NullAway") // OkHttp 4 gives a body with every response of execute()
  public int get() throws IOException {
    Request.Builder request = new Request.Builder().url(url);
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    try (Response response = client.newCall(request.build()).execute()) {
      response.body().string();
      return response.code();
    }
  }
}
