package io.inmesh.it.life;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** An app that prints what the agent says of its certificate, once there is one. */
public final class OwnCertificate {
  private OwnCertificate() {}

  /** Arguments: URL of the page. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0])).build();
    long end = System.nanoTime() + 20_000_000_000L;
    String page = "";
    while (System.nanoTime() < end && !page.contains("spiffe_id")) {
      try {
        page = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      } catch (IOException e) {
        page = e.toString();
      }
      Thread.sleep(50);
    }
    System.out.println("app: " + page);
    System.exit(0);
  }
}
