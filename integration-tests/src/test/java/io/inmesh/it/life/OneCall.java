package io.inmesh.it.life;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** An app that makes one call to each URL it is given and prints what it got. */
public final class OneCall {
  private OneCall() {}

  /** Arguments: URLs. */
  public static void main(String[] urls) throws InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    for (String url : urls) {
      try {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
        System.out.println("app: " + response.statusCode() + " " + response.body());
      } catch (java.io.IOException e) {
        System.out.println("app: " + e.getClass().getSimpleName());
      }
    }
    System.exit(0);
  }
}
