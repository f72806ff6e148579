package workload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** By {@code java.net.http.HttpClient}, HTTP/1.1. */
final class JdkCaller implements Caller {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;

  JdkCaller(String url) {
    this.url = URI.create(url);
  }

  @Override
  public int get() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url).header("accept", "application/json").GET().build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
