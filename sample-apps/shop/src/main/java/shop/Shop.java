package shop;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The front of the shop; it calls the other services with the JDK's client. */
public final class Shop {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient client = HttpClient.newHttpClient();

  private Shop() {}

  /** Starts the front; see {@code Options} for the arguments. */
  public static void main(String[] args) throws IOException {
    Shop shop = new Shop();
    Service.bind(Options.parse("shop", 8080, args))
        .at("/", request -> shop.page(request, "home", shop.get("http://catalog:8080/items")))
        .at(
            "/search",
            request -> shop.page(request, "search", shop.get("http://catalog:8080/search")))
        .at(
            "/basket",
            request -> shop.page(request, "basket", shop.get("http://inventory:8080/stock")))
        .at(
            "/prices",
            request -> shop.page(request, "prices", shop.get("http://pricing:8080/prices")))
        .at("/checkout", request -> shop.page(request, "checkout", shop.order("{\"item\":7}")))
        .at("/offer", request -> shop.page(request, "offer", shop.get("http://orders:8080/offer")))
        .at("/behave/inventory", request -> shop.behave(request, "inventory"))
        .at("/behave/pricing", request -> shop.behave(request, "pricing"))
        .start();
  }

  /** Passes on how a service is told to misbehave; only the shop can reach it. */
  private Service.Answer behave(HttpExchange request, String service) throws InterruptedException {
    String query = request.getRequestURI().getQuery();
    return page(request, "behave", get("http://" + service + ":8080/behave?" + query));
  }

  private HttpRequest.Builder get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
  }

  private HttpRequest.Builder order(String json) {
    return get("http://orders:8080/orders")
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private Service.Answer page(HttpExchange customer, String page, HttpRequest.Builder request)
      throws InterruptedException {
    for (String name : Service.CARRIED) {
      String value = customer.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    return Call.page(page, List.of(call(request.build())));
  }

  private Call call(HttpRequest request) throws InterruptedException {
    long start = System.nanoTime();
    int status = 0;
    String by;
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      status = response.statusCode();
      by = response.headers().firstValue("answered-by").orElse(response.body().strip());
    } catch (IOException e) {
      by = e.toString();
    }
    return new Call(request.uri().toString(), status, by, (System.nanoTime() - start) / 1_000_000);
  }
}
