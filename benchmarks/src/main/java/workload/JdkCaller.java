package workload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** By {@code java.net.http.HttpClient}, HTTP/1.1. */
final class JdkCaller implements Caller {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final String[] headers;

  JdkCaller(String url, List<String> headers) {
    this.url = URI.create(url);
    this.headers = headers.toArray(new String[0]);
  }

  @Override
  public int call(byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).headers(headers);
    if (body.length > 0) {
      request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()).statusCode();
  }
}
