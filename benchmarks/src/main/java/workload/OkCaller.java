package workload;

import java.io.IOException;
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

  OkCaller(String url) {
    this.url = url;
  }

  @Override
  @SuppressWarnings("NullAway") // OkHttp 4 gives a body with every response of execute()
  public int get() throws IOException {
    Request request = new Request.Builder().url(url).header("accept", "application/json").build();
    try (Response response = client.newCall(request).execute()) {
      response.body().string();
      return response.code();
    }
  }
}
