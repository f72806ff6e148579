package io.inmesh.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls the shop's front, itself outside of the mesh. Thread-safe. */
final class Customer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String front;

  /**
   * A customer.
   *
   * @param front URL without a path
   */
  Customer(String front) {
    this.front = front;
  }

  /**
   * What came back.
   *
   * @param status of the page; 0 if none came
   * @param answeredBy which services answered the shop, or what went wrong
   */
  record Answer(int status, String answeredBy, long millis) {
    boolean ok() {
      return status == 200;
    }
  }

  /**
   * Opens a page.
   *
   * @param scene travels along as x-call, so that the services' logs tell the scenes apart
   * @param user travels along as x-user; empty for none
   */
  Answer open(String page, String scene, String user) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(front + page)).timeout(PATIENCE).header("x-call", scene);
    if (!user.isEmpty()) {
      request.header("x-user", user);
    }
    return send(request.build());
  }

  /** Tells a service, directly, how to behave. */
  void tell(String service, String query) throws InterruptedException {
    URI uri = URI.create(service + "/behave?" + query);
    Answer answer = send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build());
    if (!answer.ok()) {
      throw new io.inmesh.cli.Failure(uri + " answered " + answer);
    }
  }

  private Answer send(HttpRequest request) throws InterruptedException {
    long start = System.nanoTime();
    int status = 0;
    String by;
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      status = response.statusCode();
      by = response.headers().firstValue("answered-by").orElse("");
    } catch (IOException e) {
      by = e.toString();
    }
    return new Answer(status, by, (System.nanoTime() - start) / 1_000_000);
  }
}
