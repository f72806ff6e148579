package io.inmesh.cli.demo;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Calls the shop's front, itself outside of the mesh. Thread-safe. */
final class Customer {
  /** The pages that open as long as no service misbehaves; together they lead to all services. */
  static final List<String> PAGES = List.of("/", "/basket", "/prices", "/checkout");

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FIRST_CALL_LIMIT = Duration.ofSeconds(60);

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

  /** Waits until every page has opened, while the mesh starts; gives up after some time. */
  void awaitShop() throws InterruptedException {
    long end = System.nanoTime() + FIRST_CALL_LIMIT.toNanos();
    while (!allPagesOpen() && System.nanoTime() < end) {
      Thread.sleep(100);
    }
  }

  private boolean allPagesOpen() throws InterruptedException {
    for (String page : PAGES) {
      if (!open(page, "start", "").ok()) {
        return false;
      }
    }
    return true;
  }

  /** Tells a service, through the shop, how to behave. */
  void tell(ShopService service, String query) throws InterruptedException {
    String page = "/behave/" + service.app() + "?" + query;
    Answer answer = open(page, "behave", "");
    if (!answer.ok()) {
      throw new Failure(page + " answered " + answer);
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
